using System.Diagnostics;
using System.Numerics.Tensors;
using System.Threading.Channels;

namespace ImagePipeline.Inference;

/// <summary>
/// Embeds pictures from any number of callers: bounded buffers, a batcher, and the loops that run the session.
/// </summary>
/// <remarks>
/// <code>
/// callers: wait for a free buffer, prepare into it --> prepared --> batcher --> batches (room for 1) --> run loops
///          ^--------------------- buffer comes back when copied ------'
/// </code>
/// The fixed set of buffers is the back-pressure: with all of them taken, callers wait. Handing over with room for one
/// batch lets the next batch fill while this one runs. Every run has the full batch size, its unused rows zero: one
/// shape keeps a device's memory and its choice of algorithms constant, so that a picture's embedding does not depend
/// on its company.
/// </remarks>
public sealed class EmbeddingEngine : IAsyncDisposable
{
    readonly EmbeddingModel _model;
    readonly Channel<float[]> _free;
    readonly Channel<Prepared> _prepared;
    readonly Channel<Batch> _batches;
    readonly TimeSpan _batchWait;
    readonly Task _work;
    long _pictures, _failed, _runs, _prepareTicks, _inferTicks;
    int _disposed;

    /// <summary>Starts the loops. The model stays the caller's to dispose, after the engine.</summary>
    public EmbeddingEngine(EmbeddingModel model, EngineOptions? options = null)
    {
        options ??= new EngineOptions();
        var cuda = model.Provider == ExecutionProvider.Cuda;
        _model = model;
        BatchSize = model.FixedBatch ?? options.BatchSize ?? (cuda ? 32 : 1);
        Threads = options.Threads ?? (cuda ? 1 : Environment.ProcessorCount);
        _batchWait = options.BatchWait;
        var capacity = options.QueueCapacity ?? 2 * BatchSize * Threads;
        _free = Channel.CreateBounded<float[]>(capacity);
        _prepared = Channel.CreateBounded<Prepared>(new BoundedChannelOptions(capacity) { SingleReader = true });
        _batches = Channel.CreateBounded<Batch>(new BoundedChannelOptions(1) { SingleWriter = true });
        for (var i = 0; i < capacity; i++)
        {
            _free.Writer.TryWrite(new float[model.Manifest.TensorLength]);
        }
        var loops = Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
            RunLoop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        _work = Task.WhenAll([Task.Run(BatchLoopAsync), .. loops]);
    }

    /// <summary>Pictures per run.</summary>
    public int BatchSize { get; }

    /// <summary>Runs at once.</summary>
    public int Threads { get; }

    /// <summary>The model whose vectors this engine makes.</summary>
    public EmbeddingModel Model => _model;

    /// <summary>What has been done so far.</summary>
    public EngineCounts Counts => new(
        Interlocked.Read(ref _pictures), Interlocked.Read(ref _failed), Interlocked.Read(ref _runs),
        Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _prepareTicks)).TotalSeconds,
        Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _inferTicks)).TotalSeconds);

    /// <summary>Embeds one picture; waits while the buffers are all taken.</summary>
    /// <param name="rgb">Interleaved RGB at exactly the model's size; read before the first wait for a run, not
    /// after.</param>
    /// <param name="cancel">Gives up waiting; a run already under way finishes unheard.</param>
    /// <returns>A new array of the model's dimensions.</returns>
    /// <exception cref="ArgumentException">The picture has the wrong length.</exception>
    /// <exception cref="ObjectDisposedException">The engine is being disposed.</exception>
    /// <exception cref="ModelException">The model gave a number that is not finite.</exception>
    public async ValueTask<float[]> EmbedAsync(ReadOnlyMemory<byte> rgb, CancellationToken cancel = default)
    {
        var buffer = await TakeBufferAsync(cancel);
        var job = new Prepared(buffer, new(TaskCreationOptions.RunContinuationsAsynchronously), cancel);
        try
        {
            var start = Stopwatch.GetTimestamp();
            Preprocessing.ToTensor(rgb.Span, buffer, _model.Manifest);
            Interlocked.Add(ref _prepareTicks, Stopwatch.GetTimestamp() - start);
            // As many places as buffers, so the only refusal is a closed channel.
            ObjectDisposedException.ThrowIf(!_prepared.Writer.TryWrite(job), this);
        }
        catch
        {
            _free.Writer.TryWrite(buffer);
            throw;
        }
        return await job.Answer.Task.WaitAsync(cancel);
    }

    /// <summary>Finishes what was accepted, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _free.Writer.TryComplete();
            _prepared.Writer.TryComplete();
        }
        await _work;
    }

    async ValueTask<float[]> TakeBufferAsync(CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        try
        {
            return await _free.Reader.ReadAsync(cancel);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(EmbeddingEngine));
        }
    }

    /// <summary>Gathers prepared pictures into batches until the engine is disposed.</summary>
    async Task BatchLoopAsync()
    {
        try
        {
            while (await _prepared.Reader.WaitToReadAsync())
            {
                var batch = new Batch(BatchSize, _model.Manifest.TensorLength);
                await FillAsync(batch);
                if (batch.Count > 0)
                {
                    await _batches.Writer.WriteAsync(batch);
                }
                else
                {
                    batch.Dispose();
                }
            }
        }
        finally
        {
            _batches.Writer.TryComplete();
        }
    }

    /// <summary>
    /// Takes pictures until the batch is full, or until the wait, from the first shortage on, is over.
    /// </summary>
    async Task FillAsync(Batch batch)
    {
        CancellationTokenSource? wait = null;
        try
        {
            do
            {
                while (batch.Count < BatchSize && _prepared.Reader.TryRead(out var job))
                {
                    if (!job.Cancel.IsCancellationRequested)
                    {
                        batch.Add(job);
                    }
                    _free.Writer.TryWrite(job.Buffer);
                }
            }
            while (batch.Count < BatchSize
                && await _prepared.Reader.WaitToReadAsync((wait ??= new CancellationTokenSource(_batchWait)).Token));
        }
        catch (OperationCanceledException)
        {
            // The wait is over: the batch goes as it is.
        }
        finally
        {
            wait?.Dispose();
        }
    }

    /// <summary>Runs batches until there are no more; one of these per thread.</summary>
    void RunLoop()
    {
        // A thread of its own may block: on the pool, these loops would hold up everybody's continuations.
        while (_batches.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_batches.Reader.TryRead(out var batch))
            {
                RunBatch(batch);
                batch.Dispose();
            }
        }
    }

    void RunBatch(Batch batch)
    {
        var outputs = new float[BatchSize * _model.Manifest.Output.Dimensions];
        var start = Stopwatch.GetTimestamp();
        try
        {
            _model.Run(batch.Inputs, BatchSize, outputs);
        }
#pragma warning disable CA1031 // Whatever went wrong belongs to this batch's callers; the loop lives on for the others.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Interlocked.Add(ref _failed, batch.Count);
            batch.Fail(fault);
            return;
        }
        finally
        {
            Interlocked.Add(ref _inferTicks, Stopwatch.GetTimestamp() - start);
            Interlocked.Increment(ref _runs);
        }
        Deliver(batch, outputs);
    }

    void Deliver(Batch batch, float[] outputs)
    {
        var dimensions = _model.Manifest.Output.Dimensions;
        for (var i = 0; i < batch.Count; i++)
        {
            var vector = outputs.AsSpan(i * dimensions, dimensions).ToArray();
            if (TensorPrimitives.IsFiniteAll<float>(vector))
            {
                Interlocked.Increment(ref _pictures);
                batch.Answers[i].TrySetResult(vector);
            }
            else
            {
                Interlocked.Increment(ref _failed);
                batch.Answers[i].TrySetException(new ModelException(_model.Path, null,
                    "the model gave a number that is not finite for this picture",
                    "Check normalise.* in the manifest, or report the picture with the model."));
            }
        }
    }
}
