using System.Globalization;
using ImagePipeline.Benchmarks.Clustering;
using ImagePipeline.Benchmarks.EndToEnd;
using ImagePipeline.Benchmarks.Fleet;
using ImagePipeline.Benchmarks.Hamming;
using ImagePipeline.Benchmarks.Hashing;
using ImagePipeline.Benchmarks.Imaging;
using ImagePipeline.Benchmarks.Inference;
using ImagePipeline.Benchmarks.Ingest;
using ImagePipeline.Benchmarks.Objects;
using ImagePipeline.Benchmarks.Search;
using ImagePipeline.Benchmarks.Storage;
using ImagePipeline.Storage.Indexing;

namespace ImagePipeline.Benchmarks;

/// <summary>A set of figures that can be asked for by name.</summary>
/// <param name="Name">First argument.</param>
/// <param name="Arguments">What may follow it.</param>
/// <param name="Summary">What it measures.</param>
/// <param name="RunAsync">Measures and prints.</param>
/// <param name="OnceAsync">The same on tiny sizes, so that it cannot rot; null for what others start.</param>
public sealed record Runner(
    string Name, string Arguments, string Summary,
    Func<string[], TextWriter, Task> RunAsync, Func<TextWriter, Task>? OnceAsync);

/// <summary>Every set of figures behind docs/performance.md.</summary>
public static class Runners
{
    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    static readonly Runner[] All =
    [
        new("hamming", "", "search by Hamming distance at 100,000 and 1,000,000 hashes",
            (_, output) => Now(() => HammingFigures.Run(output, [100_000, 1_000_000])),
            output => Now(() => HammingFigures.Run(output, [2_000]))),
        new("imaging", "", "decode to fit 512 beside a bare libvips thumbnail loop",
            (_, output) => Now(() => ThumbnailLoop.Run(output, 9, TimeSpan.FromSeconds(0.7))),
            output => Now(() => ThumbnailLoop.Run(output, 1, Moment))),
        new("resample", "", "a small picture in memory to a model's size, beside libvips",
            (_, output) => Now(() => ResampleRates.Run(output, 5, TimeSpan.FromSeconds(0.5))),
            output => Now(() => ResampleRates.Run(output, 1, Moment))),
        new("hashing", "", "all hashes of pixels in memory, one thread",
            (_, output) => Now(() => HashingRates.Run(output, TimeSpan.FromSeconds(0.5))),
            output => Now(() => HashingRates.Run(output, Moment))),
        new("clustering", "[PART]", $"clustering of drawn vectors: {string.Join(", ", ClusteringFigures.Parts)}",
            (args, output) => Now(() => ClusteringFigures.Run(output, args.FirstOrDefault(), 1)),
            output => Now(() => ClusteringFigures.Run(output, null, 0.002))),
        new("arrivals", "[IMAGES] [CONNECTION]", "arrivals join 1,000 clusters in PostgreSQL, by messages and without; infra/test-servers env postgres",
            (args, output) => ArrivalFigures.RunAsync(
                Number(args, 0, 50_000), 1_000, args.ElementAtOrDefault(1) ?? Server() ?? throw new InvalidOperationException("Name a server."), output),
            output => Server() is { } server ? ArrivalFigures.RunAsync(300, 20, server, output) : output.WriteLineAsync("no server")),
        new("clustering-pass", "METHOD FILE VALUE ROUNDS SEED", "one method on the vectors of a file, as JSON; peers/clustering.py starts it",
            (args, output) => Now(() => ClusteringPass.Run(
                output, args[0], args[1], double.Parse(args[2], CultureInfo.InvariantCulture), Number(args, 3, 0), Number(args, 4, 0))),
            null),
        new("inference", "[MODEL]", "the bare model run: callers x batch x threads",
            (args, output) => Now(() => InferenceRates.Measure(
                args.FirstOrDefault("fingerprint"), output, 5, TimeSpan.FromSeconds(0.8))),
            output => Now(() => InferenceRates.Measure("fingerprint", output, 1, Moment))),
        new("engine", "[MODEL]", "the engine beside the one that copied, and beside bound runs in bare loops",
            (args, output) => EngineRates.RunAsync(args.FirstOrDefault("fingerprint"), output, 9, TimeSpan.FromSeconds(0.8)),
            output => EngineRates.RunAsync("fingerprint", output, 1, Moment)),
        new("storage", "[IMAGES] [CONNECTION]", "bulk writes and the life of many images in the database",
            (args, output) => StorageBenchmark.RunAsync(args.ElementAtOrDefault(1), Number(args, 0, 20_000), 8192, output),
            output => StorageBenchmark.RunAsync(null, 256, 64, output)),
        new("stages", "", "decode + all hashes beside a bare libvips thumbnail loop: 12 MP, 1 MP and small JPEGs",
            (_, output) => Now(() => StageRates.Run(output, 7, TimeSpan.FromSeconds(1), StageRates.Sizes)),
            output => Now(() => StageRates.Run(output, 1, Moment, StageRates.Sizes[2..]))),
        new("ingest-books", "[IMAGES] [CONNECTION] [AMQP]", "the books of ingest without pixels: rows, counts, cursors and messages",
            (args, output) => IngestBooks.RunAsync(
                Number(args, 0, 1_000_000), args.ElementAtOrDefault(1), args.ElementAtOrDefault(2), output),
            output => IngestBooks.RunAsync(1_024, null, null, output)),
        new("listing", "[KEYS] [WORKERS] [CONNECTION]", "a bucket listed one page after the other and by a job, over slow links",
            (args, output) => ListingFigures.RunAsync(
                output, Number(args, 0, 100_000), Number(args, 1, 16), args.ElementAtOrDefault(2)),
            output => ListingFigures.RunAsync(output, 300, 4, null)),
        new("fleet", "FOLDER [ROUNDS] [IMAGES]", "the fleet beside the main job on the same photos; hash alone beside its bare parts",
            (args, output) => FleetFigures.RunAsync(args[0], Number(args, 1, 3), Number(args, 2, 5000), output),
            FleetFigures.OnceAsync),
        new("soak", "MINUTES [IMAGES] [--json]", "jobs over and over while services, broker and database are killed; infra/soak starts it",
            (args, output) => Soak.RunAsync(Number(args, 0, 5), args.Length > 1 && args[1] != "--json" ? Number(args, 1, 1500) : 1500, args.Contains("--json"), output),
            null),
        new("endtoend", "FOLDER [ROUNDS]", "the main job beside the same work in a bare loop, alternating",
            (args, output) => EndToEndFigures.RunAsync(args[0], Number(args, 1, 5), output),
            EndToEndFigures.OnceAsync),
        new("bare", "PART FOLDER THREADS", "one pass of the bare loop, as JSON; endtoend starts it",
            (args, output) => Now(() => BareLoop.Run(
                Enum.Parse<BarePart>(args[0], ignoreCase: true), args[1], Number(args, 2, 1), output)),
            null),
        new("search", "[ROWS] [CONNECTION] [QUERIES] [KEEP AS]", "search in PostgreSQL: exact, HNSW, codes, filters, hashes; infra/test-servers env postgres",
            (args, output) => SearchFigures.RunAsync(
                Number(args, 0, 100_000), args.ElementAtOrDefault(1) ?? Server() ?? throw new InvalidOperationException("Name a server."),
                Number(args, 2, 100), new VectorIndexPolicy(), output, args.ElementAtOrDefault(3)),
            output => Server() is { } server
                ? SearchFigures.RunAsync(1_500, server, 5, new VectorIndexPolicy(), output)
                : output.WriteLineAsync("no server")),
        new("search-http", "[ROWS] [CONNECTION] [QUERIES] [KEEP AS]", "POST /v1/search with a picture, by the program as people start it",
            (args, output) => HttpSearchFigures.RunAsync(
                Number(args, 0, 100_000), args.ElementAtOrDefault(1) ?? Server() ?? throw new InvalidOperationException("Name a server."),
                Number(args, 2, 100), output, args.ElementAtOrDefault(3)),
            output => Server() is { } server ? HttpSearchFigures.RunAsync(1_500, server, 3, output) : output.WriteLineAsync("no server")),
        new("hashes", "[COUNT]", "one new PDQ hash in 8 orientations against so many in memory",
            (args, output) => Now(() => HashFigures.InProcess(output, Number(args, 0, 10_000_000))),
            output => Now(() => HashFigures.InProcess(output, 5_000))),
        new("scale", "IMAGES…", "the main job on that many small pictures: peak memory and time per image",
            (args, output) => ScaleFigures.RunAsync([.. args.Select((_, at) => Number(args, at, 0))], output),
            output => ScaleFigures.RunAsync([100, 200], output)),
    ];

    /// <summary>The runner of that name, or null.</summary>
    public static Runner? Find(string name) => All.FirstOrDefault(runner => runner.Name == name);

    /// <summary>Prints what there is.</summary>
    public static void Describe(TextWriter output)
    {
        foreach (var runner in All)
        {
            output.WriteLine($"{runner.Name + " " + runner.Arguments,-32} {runner.Summary}");
        }

        output.WriteLine($"{"--once",-32} everything once on tiny sizes");
        output.WriteLine($"{"--filter '*Hamming*' …",-32} BenchmarkDotNet: {string.Join(", ", DotNetBenchmarks.Names)}");
    }

    /// <summary>Runs every benchmark and every runner once on tiny sizes.</summary>
    public static async Task OnceAsync(TextWriter output)
    {
        DotNetBenchmarks.RunOnce(output);
        foreach (var runner in All.Where(runner => runner.OnceAsync is not null))
        {
            await output.WriteLineAsync($"--- {runner.Name}");
            await runner.OnceAsync!(output);
        }
    }

    static int Number(string[] args, int at, int otherwise) =>
        at < args.Length ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;

    static string? Server() => Environment.GetEnvironmentVariable("IMAGEPIPELINE_TEST_POSTGRES");

    static Task Now(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
