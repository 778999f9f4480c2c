using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ImagePipeline.Core.Duplicates;
using ImagePipeline.Core.Hashing;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Embedded;

namespace ImagePipeline.Benchmarks.Storage;

/// <summary>What the database costs: rows per second of each bulk write by batch size, then the whole life of many images
/// with the server's CPU time and memory, then exact search.</summary>
/// <remarks>Not a BenchmarkDotNet class: it measures another process, over minutes, on data that grows.</remarks>
public static class StorageBenchmark
{
    const int Dimensions = 256;
    const string Model = "bench";

    /// <summary>Runs on the embedded database, or on the server of a connection string (an empty database).</summary>
    /// <param name="connectionString">The server; null for the embedded database in a temporary folder.</param>
    /// <param name="images">Images of the whole-life part.</param>
    /// <param name="written">Rows of each bulk write that is timed.</param>
    /// <param name="output">Receives the figures.</param>
    public static async Task RunAsync(string? connectionString, int images, int written, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("ip-bench-").FullName;
        var options = connectionString is null
            ? new DatabaseOptions { DataDirectory = folder }
            : new DatabaseOptions { ConnectionString = connectionString };
        await using var database = await Database.OpenAsync(options);
        await using var embedded = connectionString is null ? await EmbeddedDatabase.StartAsync(options) : null;
        await new VectorStore(database.Source).RegisterModelAsync(new ModelRow(Model, "Bench", "1", Dimensions, "{}"));
        foreach (var batch in (int[])[64, 256, 1024])
        {
            await MeasureWritesAsync(database, batch, written, output);
        }
        await MeasureLifeAsync(database, images, embedded?.ProcessId, output);
        await MeasureSearchAsync(database, output);
    }

    static async Task MeasureWritesAsync(Database database, int batch, int rows, TextWriter output)
    {
        var first = batch * 1_000_000;
        var batches = Enumerable.Range(0, rows).Select(n => Row.Make(first + n)).Chunk(batch).ToList();
        var register = await RateAsync(batches, rows, chunk => RegisterAsync(database, chunk));
        var again = await RateAsync(batches, rows, chunk => RegisterAsync(database, chunk));
        var hash = await RateAsync(batches, rows, chunk => HashAsync(database, chunk));
        var embed = await RateAsync(batches, rows, chunk => EmbedAsync(database, chunk));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"batch {batch,4}: rows/s register {register:n0}, again {again:n0}, hash {hash:n0}, embed {embed:n0}"));
    }

    static async Task MeasureLifeAsync(Database database, int images, int? server, TextWriter output)
    {
        const int batch = 256;
        var (duplicates, groups) = (new DuplicateStore(database.Source), new GroupStore(database.Source));
        var cpuBefore = CpuTime(server);
        var client = CpuTime(Environment.ProcessId);
        var clock = Stopwatch.StartNew();
        foreach (var chunk in Enumerable.Range(0, images).Chunk(batch))
        {
            var rows = chunk.Select(Row.Make).ToArray();
            await new SourceStore(database.Source).FindAsync([.. rows.Select(static row => row.Source.Uri)]);
            await RegisterAsync(database, rows);
            await HashAsync(database, rows);
            await EmbedAsync(database, rows);
            var ids = rows.Select(static row => row.Id).ToArray();
            var pairs = ids.Chunk(8).Select(static few => (A: few[0], B: few[1])).ToArray();
            await duplicates.WriteEdgesAsync([.. pairs.Select(static pair => DuplicateEdge.Between(
                pair.A, pair.B, DuplicateKind.EditedCopy, Evidence.Pdq, DihedralTransform.None, 9))]);
            await groups.RegroupCopiesAsync([.. pairs.Select(static pair => pair.A)]);
            await new StageStore(database.Source).CompleteAsync(Stages.RelateHashes, ids);
        }
        var seconds = clock.Elapsed.TotalSeconds;
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"life of {images:n0} images: {images / seconds:n0}/s, {seconds * 1e6 / images:n0} us each; CPU us each: server " +
            $"{(CpuTime(server) - cpuBefore).TotalMicroseconds / images:n0}, client " +
            $"{(CpuTime(Environment.ProcessId) - client).TotalMicroseconds / images:n0}; server memory {Memory(server)} MB"));
    }

    static async Task MeasureSearchAsync(Database database, TextWriter output)
    {
        var vectors = new VectorStore(database.Source);
        await using var count = database.Source.CreateCommand($"SELECT count(*) FROM embedding_{Model}");
        var rows = await count.ExecuteScalarAsync();
        var query = Row.Make(7).Vector;
        await vectors.NearestAsync(Model, query, 10);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 5; i++)
        {
            await vectors.NearestAsync(Model, query, 10);
        }
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"nearest 10 of {rows:n0}: {clock.Elapsed.TotalMilliseconds / 5:n0} ms"));
        clock.Restart();
        var streamed = 0;
        await foreach (var row in vectors.StreamAsync(Model))
        {
            streamed++;
        }
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"streamed {streamed:n0} vectors: {streamed / clock.Elapsed.TotalSeconds:n0}/s"));
    }

    static Task<IReadOnlySet<Guid>> RegisterAsync(Database database, Row[] rows) =>
        new SourceStore(database.Source).RegisterAsync([.. rows.Select(static row => row.Source)], Guid.Empty);

    static Task HashAsync(Database database, Row[] rows) =>
        new HashStore(database.Source).WriteAsync("bench", [.. rows.Select(static row => row.Hashes)]);

    static Task EmbedAsync(Database database, Row[] rows) => new VectorStore(database.Source).WriteAsync(
        Model, [.. rows.Select(static row => row.Id)], [.. rows.Select(static row => row.Vector)]);

    static async Task<double> RateAsync(List<Row[]> batches, int rows, Func<Row[], Task> write)
    {
        var clock = Stopwatch.StartNew();
        foreach (var batch in batches)
        {
            await write(batch);
        }
        return rows / clock.Elapsed.TotalSeconds;
    }

    static TimeSpan CpuTime(int? pid)
    {
        using var process = pid is { } id ? Process.GetProcessById(id) : null;
        return process?.TotalProcessorTime ?? TimeSpan.Zero;
    }

    static long Memory(int? pid)
    {
        using var process = pid is { } id ? Process.GetProcessById(id) : null;
        return (process?.WorkingSet64 ?? 0) >> 20;
    }

    sealed record Row(Guid Id, SourceRow Source, HashRow Hashes, float[] Vector)
    {
        public static Row Make(int number)
        {
            var sha = SHA256.HashData(BitConverter.GetBytes(number));
            var id = new Guid(sha.AsSpan(0, 16), bigEndian: true);
            var bits = BitConverter.ToUInt64(sha);
            var vector = new float[Dimensions];
            for (var i = 0; i < vector.Length; i++)
            {
                vector[i] = sha[i % 32] - 128f * (i % 7);
            }
            var image = new ImageRow(id, sha, "jpeg", 4000, 3000, 3_456_789);
            return new Row(
                id,
                SourceRow.Ingested($"file:///home/someone/Pictures/2024/IMG_{number:d8}.jpg", $"3456789-{number:x16}", 3_456_789,
                    new DateTimeOffset(2024, 5, 17, 10, 30, 0, TimeSpan.Zero), image),
                new HashRow(id, new(bits), new(~bits), new(bits * 3), new Hash256(bits, ~bits, bits * 5, bits * 7), 80,
                    ["#102030", "#405060", "#708090", "#a0b0c0", "#ffffff"], [0.4f, 0.25f, 0.15f, 0.125f, 0.075f]),
                vector);
        }
    }
}
