using System.Diagnostics;
using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace ImagePipeline.Inference;

/// <summary>
/// Embeds pictures from any number of callers: batches that callers fill side by side, and the loops that run them.
/// </summary>
/// <remarks>
/// <code>
/// callers: take a row of the batch that fills, prepare right into it --> ready --> run loops: copy, run, answer
///          ^---------------------- the batch comes back when it has run -----------------'
/// </code>
/// A batch is a <see cref="BoundRun"/>: its memory is allocated once and bound to the graph, so a picture is written once,
/// where the device reads it. Their fixed number is the back-pressure: with all of them taken, callers wait. There are
/// more batches than loops, so that the next ones fill while others run, and more loops than one on a device: while one
/// loop's batch computes, another's is copied there and the answers of a third are handed out; ONNX Runtime gives each
/// run a stream of its own. Every run has the full batch size, its unused rows zero: one shape keeps a device's memory
/// and its choice of algorithms constant, so that a picture's embedding does not depend on its company.
/// </remarks>
public sealed class EmbeddingEngine : IAsyncDisposable
{
    readonly EmbeddingModel _model;
    readonly Batch[] _batches;
    readonly BatchQueue _queue;
    readonly Task _work;
    long _pictures, _failed, _runs, _prepareTicks, _inferTicks;
    int _disposed;

    /// <summary>Starts the loops. The model stays the caller's to dispose, after the engine.</summary>
    /// <exception cref="ModelException">The model does not run at this batch size: short of memory, mostly.</exception>
    public EmbeddingEngine(EmbeddingModel model, EngineOptions? options = null)
    {
        options ??= new EngineOptions();
        var cuda = model.Provider == ExecutionProvider.Cuda;
        _model = model;
        BatchSize = model.FixedBatch ?? options.BatchSize ?? (cuda ? 32 : 1);
        Threads = options.Threads ?? (cuda ? 2 : Environment.ProcessorCount);
        var waiting = options.QueueCapacity ?? 2 * BatchSize * Threads;
        _batches = Allocate(Threads + Math.Max(1, (waiting + BatchSize - 1) / BatchSize));
        _queue = new BatchQueue(_batches, options.BatchWait);
        var loops = Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
            RunLoop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        _work = Task.WhenAll(loops);
    }

    /// <summary>Pictures per run.</summary>
    public int BatchSize { get; }

    /// <summary>Runs at once.</summary>
    public int Threads { get; }

    /// <summary>How many pictures callers must have under way for every loop to be at work while a further batch fills.</summary>
    public int PicturesAtOnce => (Threads + 1) * BatchSize;

    /// <summary>The model whose vectors this engine makes.</summary>
    public EmbeddingModel Model => _model;

    /// <summary>What has been done so far.</summary>
    public EngineCounts Counts => new(
        Interlocked.Read(ref _pictures), Interlocked.Read(ref _failed), Interlocked.Read(ref _runs),
        Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _prepareTicks)).TotalSeconds,
        Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _inferTicks)).TotalSeconds);

    /// <summary>Embeds one picture; waits while the batches are all taken.</summary>
    /// <param name="rgb">Interleaved RGB at exactly the model's size; read before the first wait for a run, not
    /// after.</param>
    /// <param name="cancel">Gives up waiting; a run already under way finishes unheard.</param>
    /// <returns>A new array of the model's dimensions.</returns>
    /// <exception cref="ArgumentException">The picture has the wrong length.</exception>
    /// <exception cref="ObjectDisposedException">The engine is being disposed.</exception>
    /// <exception cref="ModelException">The model gave a number that is not finite.</exception>
    public async ValueTask<float[]> EmbedAsync(ReadOnlyMemory<byte> rgb, CancellationToken cancel = default)
    {
        var place = await _queue.TakeRowAsync(cancel);
        var answer = new TaskCompletionSource<float[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            var start = Stopwatch.GetTimestamp();
            Preprocessing.ToTensor(rgb.Span, place.Input, _model.Manifest);
            Interlocked.Add(ref _prepareTicks, Stopwatch.GetTimestamp() - start);
            place.Batch.Await(place.Row, answer, cancel);
        }
        finally
        {
            // A row that could not be prepared has nobody waiting for it and goes with the others.
            _queue.Complete(place);
        }

        return await answer.Task.WaitAsync(cancel);
    }

    /// <summary>Finishes what was accepted, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        var first = Interlocked.Exchange(ref _disposed, 1) == 0;
        _queue.End();
        await _work;
        if (first)
        {
            Array.ForEach(_batches, batch => batch.Dispose());
        }
    }

    /// <summary>
    /// Makes the batches, and runs one: here a device chooses its algorithms for this shape and shows that it has room.
    /// </summary>
    Batch[] Allocate(int count)
    {
        try
        {
            var batches = new Batch[count];
            for (var i = 0; i < count; i++)
            {
                batches[i] = new Batch(_model.Bind(BatchSize));
            }

            if (BatchSize > 1)
            {
                batches[0].Run.Run();
            }

            return batches;
        }
        catch (OnnxRuntimeException fault)
        {
            throw new ModelException(_model.Path, null,
                $"it does not run in batches of {BatchSize} ({fault.Message.ReplaceLineEndings(" ").Trim()})",
                "Choose a smaller batch (Engine:BatchSize), or provider cpu.", fault);
        }
    }

    /// <summary>Runs batches until there are no more; one of these per thread.</summary>
    void RunLoop()
    {
        // A thread of its own may block: on the pool, these loops would hold up everybody's continuations.
        while (_queue.TakeBatch() is { } batch)
        {
            if (!batch.IsAbandoned)
            {
                RunBatch(batch);
            }

            _queue.Return(batch);
        }
    }

    void RunBatch(Batch batch)
    {
        for (var row = 0; row < BatchSize; row++)
        {
            if (batch.AnswerOf(row) is null)
            {
                batch.Run.InputOf(row).Clear();
            }
        }

        var start = Stopwatch.GetTimestamp();
        Exception? trouble = null;
        try
        {
            batch.Run.Run();
        }
#pragma warning disable CA1031 // Whatever went wrong belongs to this batch's callers; the loop lives on for the others.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            trouble = fault;
        }

        Interlocked.Add(ref _inferTicks, Stopwatch.GetTimestamp() - start);
        Interlocked.Increment(ref _runs);
        for (var row = 0; row < batch.Taken; row++)
        {
            if (batch.AnswerOf(row) is { } answer)
            {
                Answer(answer, batch.Run, row, trouble);
            }
        }
    }

    void Answer(TaskCompletionSource<float[]> answer, BoundRun run, int row, Exception? trouble)
    {
        var vector = trouble is null ? _model.VectorOf(run, row) : [];
        if (trouble is null && TensorPrimitives.IsFiniteAll<float>(vector))
        {
            Interlocked.Increment(ref _pictures);
            answer.TrySetResult(vector);
            return;
        }

        Interlocked.Increment(ref _failed);
        answer.TrySetException(trouble ?? new ModelException(_model.Path, null,
            "the model gave a number that is not finite for this picture",
            "Check normalise.* in the manifest, or report the picture with the model."));
    }
}
