namespace ImagePipeline.Inference.Tests;

public sealed class EngineTests : IDisposable
{
    static readonly ModelOptions OnCpu = new() { Provider = ExecutionProvider.Cpu };

    readonly TinyModel _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(8, 1)]
    [InlineData(7, 2)]
    public async Task Every_caller_gets_the_vector_of_its_own_picture(int batchSize, int threads)
    {
        using var model = EmbeddingModel.Open(_tiny.Folder, OnCpu);
        await using var engine = new EmbeddingEngine(model, new() { BatchSize = batchSize, Threads = threads });

        var vectors = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => engine.EmbedAsync(Flat(i)).AsTask()));

        Assert.All(vectors, (vector, i) => Assert.Equal([i, 0, 255 - i], vector));
        Assert.Equal(200, engine.Counts.Pictures);
        Assert.InRange(engine.Counts.Batches, (200 + batchSize - 1) / batchSize, 200);
        Assert.True(engine.Counts.InferSeconds > 0);
    }

    [Fact]
    public async Task Incomplete_batch_goes_after_its_wait()
    {
        using var model = EmbeddingModel.Open(_tiny.Folder, OnCpu);
        await using var engine = new EmbeddingEngine(model,
            new() { BatchSize = 32, BatchWait = TimeSpan.FromMilliseconds(1) });

        var vector = await engine.EmbedAsync(Flat(9));

        Assert.Equal([9, 0, 246], vector);
        Assert.Equal(1, engine.Counts.Batches);
    }

    [Fact]
    public async Task Full_buffers_hold_callers_back_and_all_are_served_in_the_end()
    {
        using var model = EmbeddingModel.Open(_tiny.Folder, OnCpu);
        await using var engine = new EmbeddingEngine(model, new() { BatchSize = 4, QueueCapacity = 1 });

        var vectors = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => engine.EmbedAsync(Flat(i)).AsTask()));

        Assert.All(vectors, (vector, i) => Assert.Equal(i, vector[0]));
    }

    [Fact]
    public async Task Picture_without_finite_vector_fails_alone()
    {
        using var tiny = new TinyModel(root: true);
        tiny.Edit("\"mean\": [0, 0, 0]", "\"mean\": [100, 0, 0]");
        using var model = EmbeddingModel.Open(tiny.Folder, OnCpu);
        await using var engine = new EmbeddingEngine(model,
            new() { BatchSize = 2, BatchWait = TimeSpan.FromSeconds(5) });

        var bad = engine.EmbedAsync(Flat(0)).AsTask();
        var good = engine.EmbedAsync(Flat(104)).AsTask();

        await Assert.ThrowsAsync<ModelException>(() => bad);
        Assert.Equal(2, (await good)[0]);
        Assert.Equal((1, 1), (engine.Counts.Pictures, engine.Counts.Failed));
    }

    [Fact]
    public async Task Failing_run_reaches_its_callers_and_the_engine_stays_answerable()
    {
        var model = EmbeddingModel.Open(_tiny.Folder, OnCpu);
        await using var engine = new EmbeddingEngine(model, new() { Threads = 1 });
        await engine.EmbedAsync(Flat(1));
        model.Dispose();

        await Assert.ThrowsAnyAsync<Exception>(async () => await engine.EmbedAsync(Flat(1)));
        await Assert.ThrowsAnyAsync<Exception>(async () => await engine.EmbedAsync(Flat(2)));
        Assert.Equal(2, engine.Counts.Failed);
    }

    [Fact]
    public async Task Picture_of_another_size_is_refused_and_costs_no_buffer()
    {
        using var model = EmbeddingModel.Open(_tiny.Folder, OnCpu);
        await using var engine = new EmbeddingEngine(model, new() { QueueCapacity = 1 });

        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await engine.EmbedAsync(new byte[47]));
        }

        Assert.Equal(5, (await engine.EmbedAsync(Flat(5)))[0]);
    }

    [Fact]
    public async Task Disposal_finishes_what_was_accepted_and_refuses_the_rest()
    {
        using var model = EmbeddingModel.Open(_tiny.Folder, OnCpu);
        var engine = new EmbeddingEngine(model, new() { BatchSize = 4, QueueCapacity = 16 });
        var accepted = Enumerable.Range(0, 10).Select(i => engine.EmbedAsync(Flat(i)).AsTask()).ToArray();

        await engine.DisposeAsync();

        Assert.All(await Task.WhenAll(accepted), (vector, i) => Assert.Equal(i, vector[0]));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await engine.EmbedAsync(Flat(1)));
    }

    [Fact]
    public async Task Cancelled_caller_returns_at_once()
    {
        using var model = EmbeddingModel.Open(_tiny.Folder, OnCpu);
        await using var engine = new EmbeddingEngine(model,
            new() { BatchSize = 2, BatchWait = TimeSpan.FromSeconds(1) });
        using var cancel = new CancellationTokenSource();
        var alone = engine.EmbedAsync(Flat(1), cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => alone);
    }

    /// <summary>A 4 x 4 picture of one colour: (level, 0, 255 - level).</summary>
    static byte[] Flat(int level) =>
        [.. Enumerable.Range(0, 48).Select(i => (byte)(i % 3 == 0 ? level : i % 3 == 1 ? 0 : 255 - level))];
}
