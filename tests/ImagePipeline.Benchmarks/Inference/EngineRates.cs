using System.Diagnostics;
using ImagePipeline.Inference;

namespace ImagePipeline.Benchmarks.Inference;

/// <summary>
/// The engine beside the one that copies and beside bound runs in bare loops, over the same pictures in memory, on the CPU.
/// Rounds alternate, so that other load meets all alike, and medians of the rounds' ratios count; on a busy machine those of the processor
/// time, since there whoever has more threads gets more of it.
/// </summary>
public static class EngineRates
{
    static readonly (int Batch, int Threads)[] Ways = [(1, 1), (1, 2), (8, 2), (32, 2)];

    /// <summary>Measures and prints a line per batch size and number of loops; pictures a second.</summary>
    public static async Task RunAsync(string path, TextWriter output, int rounds, TimeSpan time)
    {
        using var model = EmbeddingModel.Open(path, new() { Provider = ExecutionProvider.Cpu });
        var pictures = Enumerable.Range(0, 8).Select(seed => Draw(seed, model.Manifest.TensorLength)).ToArray();
        await output.WriteLineAsync("copying engine, engine, bare loop; a ratio is the median of the rounds' ratios to the engine");
        await output.WriteLineAsync("batch loops | pictures/s            ratios      | CPU us a picture      ratios      | bytes allocated, both engines");
        foreach (var (batch, threads) in Ways)
        {
            var rates = new double[3, rounds];
            var cpu = new double[3, rounds];
            var bytes = new double[3, rounds];
            for (var round = -1; round < rounds; round++)
            {
                for (var part = 0; part < 3; part++)
                {
                    var (before, busy) = (GC.GetTotalAllocatedBytes(), Environment.CpuUsage.TotalTime);
                    var (done, rate) = await PartAsync(part, model, batch, threads, pictures, time);
                    if (round >= 0)
                    {
                        rates[part, round] = rate;
                        cpu[part, round] = (Environment.CpuUsage.TotalTime - busy).TotalMicroseconds / done;
                        bytes[part, round] = (GC.GetTotalAllocatedBytes() - before) / (double)done;
                    }
                }
            }

            await output.WriteLineAsync(
                $"{batch,5} {threads,5} | {Show(rates)} | {Show(cpu)} | {Middle(bytes, 0):f0} {Middle(bytes, 1):f0}");
        }
    }

    static string Show(double[,] table) =>
        $"{Middle(table, 0),6:f0} {Middle(table, 1),6:f0} {Middle(table, 2),6:f0} {Ratio(table, 0),6:f3} {Ratio(table, 2),6:f3}";

    static double Middle(double[,] table, int part) => Rates.Median(Row(table, part));

    static double Ratio(double[,] table, int part) =>
        Rates.Median(Row(table, 1).Zip(Row(table, part), (engine, other) => engine / other));

    static IEnumerable<double> Row(double[,] table, int part) => Enumerable.Range(0, table.GetLength(1)).Select(round => table[part, round]);

    static async Task<(int Done, double Rate)> PartAsync(
        int part, EmbeddingModel model, int batch, int threads, byte[][] pictures, TimeSpan time)
    {
        if (part == 0)
        {
            await using var copying = new CopyingEngine(model, batch, threads);
            return await CallAsync(picture => copying.EmbedAsync(picture), 3 * batch * threads, pictures, time);
        }

        if (part == 1)
        {
            await using var engine = new EmbeddingEngine(model, new() { BatchSize = batch, Threads = threads });
            return await CallAsync(picture => engine.EmbedAsync(picture), 3 * batch * threads, pictures, time);
        }

        return Bare(model, batch, threads, time);
    }

    static async Task<(int Done, double Rate)> CallAsync(
        Func<byte[], ValueTask<float[]>> embed, int callers, byte[][] pictures, TimeSpan time)
    {
        var done = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (clock.Elapsed < time)
            {
                await embed(pictures[Interlocked.Increment(ref done) % pictures.Length]);
            }
        })));
        return (done, done / clock.Elapsed.TotalSeconds);
    }

    static (int Done, double Rate) Bare(EmbeddingModel model, int batch, int threads, TimeSpan time)
    {
        using var runs = new ThreadLocal<BoundRun>(() => model.Bind(batch), trackAllValues: true);
        var calls = 0;
        var rate = Rates.PerSecond(threads, time, _ =>
        {
            runs.Value!.Run();
            Interlocked.Increment(ref calls);
        });
        foreach (var run in runs.Values)
        {
            run.Dispose();
        }

        return (batch * calls, batch * rate);
    }

    static byte[] Draw(int seed, int length)
    {
        var picture = new byte[length];
        new Random(seed).NextBytes(picture);
        return picture;
    }
}
