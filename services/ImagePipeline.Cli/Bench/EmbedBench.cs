using System.Collections.Concurrent;
using System.Diagnostics;
using ImagePipeline.Hosting;
using ImagePipeline.Imaging;
using ImagePipeline.Inference;

namespace ImagePipeline.Cli.Bench;

/// <summary>
/// Measures decoding, the engine, ONNX Runtime alone and all together. Rounds go around all parts, so that other load on the
/// machine meets all alike; the first round only warms up.
/// </summary>
sealed class EmbedBench(EmbeddingModel model, BenchPictures pictures, EmbedBenchPlan plan)
{
    readonly ModelInputShape _shape = model.Manifest.InputShape();
    readonly byte[][] _inputs = [.. Enumerable.Range(1, 8).Select(seed => Noise(seed, model.Manifest.TensorLength))];
    readonly List<double> _decode = [];
    readonly List<double> _endToEnd = [];
    readonly BatchCurve[] _curves = [.. plan.Batches.Select(batch => new BatchCurve(batch))];

    /// <summary>Measures.</summary>
    /// <param name="advance">Is called after each part with the number of parts there are in all.</param>
    /// <param name="cancel">Stops it within a run.</param>
    public async Task<EmbedBenchReport> RunAsync(Action<int> advance, CancellationToken cancel)
    {
        var (threads, usual) = await ChoiceAsync();
        var whole = plan.Batches.Contains(usual) ? usual : plan.Batches[0];
        for (var round = -1; round < EmbedBenchPlan.Rounds; round++)
        {
            var time = round < 0 ? plan.Slice / 4 : plan.Slice;
            _decode.Add(Decode(time, cancel));
            advance(plan.AllParts);
            foreach (var curve in _curves)
            {
                var bare = Bare(curve.Batch, threads, time, cancel);
                advance(plan.AllParts);
                curve.Add(await InferAsync(curve, time, cancel), bare);
                advance(plan.AllParts);
            }

            _endToEnd.Add(await EndToEndAsync(whole, time, cancel));
            advance(plan.AllParts);
            if (round < 0)
            {
                _decode.Clear();
                _endToEnd.Clear();
                Array.ForEach(_curves, curve => curve.Clear());
            }
        }

        return Report(threads, whole);
    }

    /// <summary>How many runs at once, and which batch, the engine chooses by itself.</summary>
    async Task<(int Threads, int Batch)> ChoiceAsync()
    {
        await using var engine = new EmbeddingEngine(model, new EngineOptions { Threads = plan.Threads });
        return (engine.Threads, engine.BatchSize);
    }

    double Decode(TimeSpan time, CancellationToken cancel) => BenchLoops.OnThreads(plan.Workers, time, () => call =>
    {
        using var decoded = ImageDecoder.DecodeForModel(pictures.Files[call % pictures.Files.Count], _shape).Pixels;
    }, cancel);

    double Bare(int batch, int threads, TimeSpan time, CancellationToken cancel)
    {
        var runs = new ConcurrentBag<BoundRun>();
        try
        {
            return batch * BenchLoops.OnThreads(threads, time, () =>
            {
                var run = model.Bind(batch);
                runs.Add(run);
                for (var row = 0; row < batch; row++)
                {
                    Preprocessing.ToTensor(_inputs[row % _inputs.Length], run.InputOf(row), model.Manifest);
                }

                // A device chooses its algorithms in the first run of a shape.
                run.Run();
                return _ => run.Run();
            }, cancel);
        }
        finally
        {
            foreach (var run in runs)
            {
                run.Dispose();
            }
        }
    }

    async Task<double> InferAsync(BatchCurve curve, TimeSpan time, CancellationToken cancel)
    {
        await using var engine = Engine(curve.Batch);
        return await BenchLoops.SideBySideAsync(engine.PicturesAtOnce, curve.Batch, time, async call =>
        {
            var started = Stopwatch.GetTimestamp();
            await engine.EmbedAsync(_inputs[call % _inputs.Length], cancel);
            curve.Add(Stopwatch.GetElapsedTime(started));
        }, cancel);
    }

    async Task<double> EndToEndAsync(int batch, TimeSpan time, CancellationToken cancel)
    {
        await using var engine = Engine(batch);
        using var cpu = new CpuSlots(new CpuOptions { Workers = plan.Workers });
        return await BenchLoops.SideBySideAsync(plan.Workers + engine.PicturesAtOnce, batch, time, async call =>
        {
            var file = pictures.Files[call % pictures.Files.Count];
            using var pixels = await cpu.RunAsync(() => ImageDecoder.DecodeForModel(file, _shape).Pixels!, cancel);
            await engine.EmbedAsync(pixels.RgbMemory, cancel);
        }, cancel);
    }

    EmbeddingEngine Engine(int batch) => new(model, new EngineOptions { BatchSize = batch, Threads = plan.Threads });

    EmbedBenchReport Report(int threads, int whole)
    {
        BatchRates[] batches = [.. _curves.Select(curve => curve.Rates())];
        return new EmbedBenchReport
        {
            Model = model.Manifest.ModelId.ToString(),
            Device = model.Provider,
            Why = model.ProviderReason,
            Precision = model.Precision,
            Runtime = EmbeddingModel.RuntimeVersion,
            Processors = Environment.ProcessorCount,
            Workers = plan.Workers,
            Threads = threads,
            Pictures = pictures.Source,
            Rounds = EmbedBenchPlan.Rounds,
            SliceSeconds = plan.Slice.TotalSeconds,
            Batches = batches,
            Decode = BenchLoops.Quantile(_decode, 0.5),
            Infer = batches.Single(rates => rates.Batch == whole).Engine,
            EndToEnd = BenchLoops.Quantile(_endToEnd, 0.5),
            EndToEndBatch = whole,
        };
    }

    static byte[] Noise(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
