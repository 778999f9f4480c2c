namespace ImagePipeline.Inference.Tests;

public sealed class BoundRunTests : IDisposable
{
    static readonly ModelOptions OnCpu = new() { Provider = ExecutionProvider.Cpu };

    readonly TinyModel _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Every_run_sees_what_was_written_since_the_last()
    {
        using var model = EmbeddingModel.Open(_tiny.Folder, OnCpu);
        using var run = model.Bind(2);
        var plain = new float[6];
        for (var round = 0; round < 3; round++)
        {
            var inputs = Enumerable.Range(0, 96).Select(i => (float)(i * (round + 1))).ToArray();
            inputs.AsSpan(0, 48).CopyTo(run.InputOf(0));
            inputs.AsSpan(48).CopyTo(run.InputOf(1));

            run.Run();
            model.Run(inputs, 2, plain);

            Assert.Equal(plain.AsSpan(0, 3), run.OutputOf(0));
            Assert.Equal(plain.AsSpan(3), run.OutputOf(1));
        }
    }

    [Fact]
    public void Runs_of_one_model_side_by_side_do_not_meet()
    {
        using var model = EmbeddingModel.Open(_tiny.Folder, OnCpu);

        Parallel.For(0, 4, level =>
        {
            using var run = model.Bind(3);
            for (var i = 0; i < 200; i++)
            {
                run.InputOf(2).Fill(level + i);
                run.Run();
                Assert.Equal([level + i, level + i, level + i], run.OutputOf(2));
                Assert.Equal([0, 0, 0], run.OutputOf(0));
            }
        });
    }

    [Fact]
    public void Row_beyond_the_batch_is_refused()
    {
        using var model = EmbeddingModel.Open(_tiny.Folder, OnCpu);
        using var run = model.Bind(2);

        Assert.Throws<ArgumentOutOfRangeException>(() => run.InputOf(2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => run.OutputOf(2).Length);
    }

    [Fact]
    public void Batch_that_the_graph_does_not_take_is_refused()
    {
        using var tiny = new TinyModel(batch: 2);
        using var model = EmbeddingModel.Open(tiny.Folder, OnCpu);

        Assert.Throws<ArgumentException>(() => model.Bind(1));
        Assert.Throws<ArgumentException>(() => model.Bind(0));
        model.Bind(2).Dispose();
    }

    [Fact]
    public void Disposed_model_is_not_run()
    {
        var model = EmbeddingModel.Open(_tiny.Folder, OnCpu);
        using var run = model.Bind(1);
        model.Dispose();

        Assert.Throws<ObjectDisposedException>(run.Run);
        Assert.Throws<ObjectDisposedException>(() => model.Bind(1));
    }
}
