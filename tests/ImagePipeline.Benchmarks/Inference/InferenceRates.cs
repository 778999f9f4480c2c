using System.Diagnostics;
using ImagePipeline.Inference;

namespace ImagePipeline.Benchmarks.Inference;

/// <summary>
/// Pictures per second of the bare model run, no decoding: callers x batch size x threads inside a run.
/// </summary>
public static class InferenceRates
{
    static readonly (int Callers, int Batch, int ThreadsPerRun)[] Ways =
        [(1, 1, 1), (2, 1, 1), (1, 8, 1), (2, 8, 1), (1, 8, 2), (1, 32, 2)];

    /// <summary>
    /// Measures every way of running the model, each in <paramref name="rounds"/> rounds, and writes the best.
    /// </summary>
    /// <remarks>Rounds go around all ways, so that a busy moment of the machine does not fall on one of them.</remarks>
    public static void Measure(string model, TextWriter output, int rounds, TimeSpan time)
    {
        var best = new double[Ways.Length];
        for (var round = 0; round < rounds; round++)
        {
            for (var way = 0; way < Ways.Length; way++)
            {
                best[way] = Math.Max(best[way], Rate(model, Ways[way], time));
            }
        }
        foreach (var (way, rate) in Ways.Zip(best))
        {
            output.WriteLine($"{model}: {way.Callers} callers, batch {way.Batch}, {way.ThreadsPerRun} threads a run: "
                + $"{rate:F0} pictures/s");
        }
    }

    static double Rate(string path, (int Callers, int Batch, int ThreadsPerRun) way, TimeSpan time)
    {
        using var model = EmbeddingModel.Open(path,
            new() { Provider = ExecutionProvider.Cpu, ThreadsPerRun = way.ThreadsPerRun });
        long done = 0;
        var clock = Stopwatch.StartNew();
        var threads = Enumerable.Range(0, way.Callers).Select(_ => new Thread(Call)).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return done / clock.Elapsed.TotalSeconds;

        void Call()
        {
            var inputs = new float[way.Batch * model.Manifest.TensorLength];
            for (var i = 0; i < inputs.Length; i++)
            {
                inputs[i] = i * 7919 % 255 / 255f;
            }
            var outputs = new float[way.Batch * model.Manifest.Output.Dimensions];
            while (clock.Elapsed < time)
            {
                model.Run(inputs, way.Batch, outputs);
                Interlocked.Add(ref done, way.Batch);
            }
        }
    }
}
