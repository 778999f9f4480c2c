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

    [Fact]
    public async Task Callers_who_give_up_disturb_nobody_and_cost_no_row()
    {
        using var model = EmbeddingModel.Open(_tiny.Folder, OnCpu);
        var engine = new EmbeddingEngine(model,
            new() { BatchSize = 3, Threads = 2, QueueCapacity = 1, BatchWait = TimeSpan.FromMilliseconds(1) });
        var random = new Random(1);
        for (var round = 0; round < 50; round++)
        {
            using var cancel = new CancellationTokenSource();
            var calls = Enumerable.Range(0, 40)
                .Select(i => (Level: i, Stays: random.Next(2) == 0))
                .Select(call => (call.Level, call.Stays,
                    Work: engine.EmbedAsync(Flat(call.Level), call.Stays ? default : cancel.Token).AsTask()))
                .ToArray();
            await cancel.CancelAsync();

            foreach (var call in calls.Where(call => call.Stays))
            {
                Assert.Equal([call.Level, 0, 255 - call.Level], await call.Work);
            }
        }

        await engine.DisposeAsync();
        Assert.Equal(0, engine.Counts.Failed);
    }

    [Fact]
    public async Task Picture_gives_the_same_bits_whoever_is_in_its_batch_and_whatever_was_before()
    {
        using var model = EmbeddingModel.Open("gist", OnCpu);
        await using var engine = new EmbeddingEngine(model,
            new() { BatchSize = 4, Threads = 1, QueueCapacity = 4, BatchWait = TimeSpan.FromMilliseconds(20) });
        var picture = Pictures.Draw(2, 128);

        var alone = await engine.EmbedAsync(picture);
        for (var company = 0; company < 6; company++)
        {
            var others = Enumerable.Range(0, 1 + (company % 3))
                .Select(kind => engine.EmbedAsync(Pictures.Draw(kind + company, 128)).AsTask());
            var together = await Task.WhenAll([.. others, engine.EmbedAsync(picture).AsTask()]);

            Assert.Equal(alone, together[^1]);
        }
    }

    [Fact]
    public async Task Disposal_ends_the_wait_of_whoever_has_no_row()
    {
        using var model = EmbeddingModel.Open(_tiny.Folder, OnCpu);
        var engine = new EmbeddingEngine(model,
            // Patient, or a slow start would let the first batches go half full, and the third call wait already.
            new() { BatchSize = 2, Threads = 1, QueueCapacity = 1, BatchWait = TimeSpan.FromMinutes(1) });
        var calls = Enumerable.Range(0, 100).Select(i => engine.EmbedAsync(Flat(i)).AsTask()).ToArray();

        await engine.DisposeAsync();

        // Each was either embedded or told; none is left waiting.
        for (var i = 0; i < calls.Length; i++)
        {
            try
            {
                Assert.Equal(i, (await calls[i])[0]);
            }
            catch (ObjectDisposedException)
            {
                Assert.True(i >= 4, "the first four had a row");
            }
        }
    }

    /// <summary>A 4 x 4 picture of one colour: (level, 0, 255 - level).</summary>
    static byte[] Flat(int level) =>
        [.. Enumerable.Range(0, 48).Select(i => (byte)(i % 3 == 0 ? level : i % 3 == 1 ? 0 : 255 - level))];
}
