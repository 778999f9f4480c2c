using System.Buffers;
using System.Threading.Channels;
using ImagePipeline.Inference;

namespace ImagePipeline.Benchmarks.Inference;

/// <summary>
/// The engine as it was before its batches were bound: every picture prepared into a buffer of its own and copied into
/// the batch, arrays and tensors made for each run, a batcher between callers and loops. What the engine is held against.
/// </summary>
sealed class CopyingEngine : IAsyncDisposable
{
    readonly EmbeddingModel _model;
    readonly int _batchSize;
    readonly Channel<float[]> _free;
    readonly Channel<Prepared> _prepared;
    readonly Channel<Prepared[]> _batches = Channel.CreateBounded<Prepared[]>(1);
    readonly Task _work;

    public CopyingEngine(EmbeddingModel model, int batchSize, int threads)
    {
        (_model, _batchSize) = (model, batchSize);
        var capacity = 2 * batchSize * threads;
        _free = Channel.CreateBounded<float[]>(capacity);
        _prepared = Channel.CreateBounded<Prepared>(new BoundedChannelOptions(capacity) { SingleReader = true });
        for (var i = 0; i < capacity; i++)
        {
            _free.Writer.TryWrite(new float[model.Manifest.TensorLength]);
        }

        var loops = Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
            RunLoop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        _work = Task.WhenAll([Task.Run(BatchLoopAsync), .. loops]);
    }

    public async ValueTask<float[]> EmbedAsync(ReadOnlyMemory<byte> rgb)
    {
        var buffer = await _free.Reader.ReadAsync();
        var job = new Prepared(buffer, new(TaskCreationOptions.RunContinuationsAsynchronously));
        Preprocessing.ToTensor(rgb.Span, buffer, _model.Manifest);
        _prepared.Writer.TryWrite(job);
        return await job.Answer.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _prepared.Writer.TryComplete();
        await _work;
    }

    /// <summary>Gathers full batches, or what comes within 5 ms.</summary>
    async Task BatchLoopAsync()
    {
        while (await _prepared.Reader.WaitToReadAsync())
        {
            var batch = new List<Prepared>(_batchSize);
            using var wait = new CancellationTokenSource(TimeSpan.FromMilliseconds(5));
            try
            {
                do
                {
                    while (batch.Count < _batchSize && _prepared.Reader.TryRead(out var job))
                    {
                        batch.Add(job);
                    }
                }
                while (batch.Count < _batchSize && await _prepared.Reader.WaitToReadAsync(wait.Token));
            }
            catch (OperationCanceledException)
            {
                // The batch goes as it is.
            }

            await _batches.Writer.WriteAsync([.. batch]);
        }

        _batches.Writer.Complete();
    }

    void RunLoop()
    {
        var (length, dimensions) = (_model.Manifest.TensorLength, _model.Manifest.Output.Dimensions);
        while (_batches.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_batches.Reader.TryRead(out var batch))
            {
                var inputs = ArrayPool<float>.Shared.Rent(_batchSize * length);
                for (var row = 0; row < batch.Length; row++)
                {
                    batch[row].Buffer.CopyTo(inputs, row * length);
                    _free.Writer.TryWrite(batch[row].Buffer);
                }

                inputs.AsSpan(batch.Length * length, (_batchSize - batch.Length) * length).Clear();
                var outputs = new float[_batchSize * dimensions];
                _model.Run(inputs.AsMemory(0, _batchSize * length), _batchSize, outputs);
                ArrayPool<float>.Shared.Return(inputs);
                for (var row = 0; row < batch.Length; row++)
                {
                    batch[row].Answer.TrySetResult(outputs.AsSpan(row * dimensions, dimensions).ToArray());
                }
            }
        }
    }

    readonly record struct Prepared(float[] Buffer, TaskCompletionSource<float[]> Answer);
}
