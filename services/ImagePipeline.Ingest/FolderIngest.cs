using System.Diagnostics;
using ImagePipeline.Contracts;
using ImagePipeline.Hosting;
using ImagePipeline.Hosting.Telemetry;
using ImagePipeline.Storage;
using MassTransit;

namespace ImagePipeline.Ingest;

/// <summary>
/// One job over folders: walks, passes over what is known, registers the rest and announces it. The walk pauses while any stage of
/// this process has more than <see cref="IngestOptions.ImagesInFlight"/> images waiting.
/// </summary>
public sealed class FolderIngest(
    SourceStore sources, IBus bus, StageLedger ledger, CpuSlots cpu, IngestOptions options)
{
    /// <summary>Name of the walk among the stages.</summary>
    public const string Stage = "ingest";

    /// <summary>Ingests everything below <paramref name="roots"/>.</summary>
    /// <param name="roots">Folders and files.</param>
    /// <param name="jobId">The job that the sources are booked on.</param>
    /// <param name="stages">Stages that treat an announced image.</param>
    /// <param name="counts">Receives the counts while the walk goes on.</param>
    /// <param name="cancel">Ends the walk between two chunks; what was registered by then stays.</param>
    public async Task RunAsync(
        IEnumerable<string> roots, Guid jobId, IReadOnlyList<string> stages, IngestCounts counts, CancellationToken cancel)
    {
        foreach (var chunk in FolderWalk.Walk(roots).Chunk(options.ChunkFiles))
        {
            cancel.ThrowIfCancellationRequested();
            var started = Stopwatch.GetTimestamp();
            var known = await sources.FindAsync([.. chunk.Select(file => file.Uri)], cancel);
            var unknown = chunk.Where(file => IsUnknown(file, known)).DistinctBy(file => file.Uri).ToArray();
            var rows = await ReadAsync(unknown, cancel);
            var fresh = await sources.RegisterAsync(rows, jobId, cancel);
            ledger.AddBusy(Stage, started);

            // Booked only now, when the chunk is in the database: the counts add up whenever the walk is stopped.
            counts.Add(chunk, known, rows);
            await AnnounceAsync(rows, fresh, stages, cancel);
            await ledger.WaitForRoomAsync(options.ImagesInFlight, cancel);
        }
    }

    /// <summary>True for a file that is new, has changed, or could not be read the last time.</summary>
    static bool IsUnknown(FoundFile file, Dictionary<string, KnownSource> known) =>
        !known.TryGetValue(file.Uri, out var source) || source.Etag != file.Etag || source.State == SourceState.Failed;

    async Task<SourceRow[]> ReadAsync(FoundFile[] files, CancellationToken cancel)
    {
        var rows = new SourceRow[files.Length];
        await Parallel.ForAsync(0, rows.Length, new ParallelOptions
        {
            MaxDegreeOfParallelism = cpu.Workers,
            CancellationToken = cancel,
        }, async (at, token) => rows[at] = await FileReader.ReadAsync(files[at], options.Limits, token));
        return rows;
    }

    async Task AnnounceAsync(
        SourceRow[] rows, IReadOnlySet<Guid> fresh, IReadOnlyList<string> stages, CancellationToken cancel)
    {
        var messages = rows.Where(row => row.Image is { } image && fresh.Contains(image.ImageId))
            .DistinctBy(row => row.Image!.ImageId)
            .Select(row => new ImageIngested
            {
                ImageId = row.Image!.ImageId,
                Uri = row.Uri,
                Etag = row.Etag!,
                WidthPx = row.Image.WidthPx,
                HeightPx = row.Image.HeightPx,
            })
            .ToArray();
        foreach (var stage in stages)
        {
            ledger.Expect(stage, messages.Length);
        }

        await bus.PublishRootsAsync(Stage, messages, image => image.ImageId, cancel);
    }
}
