using System.CommandLine;
using System.Globalization;
using ImagePipeline.Ingest.Jobs;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Cli.Commands;

/// <summary>Turns the command line of <c>ingest</c> into what a job is asked to do.</summary>
static class IngestRequest
{
    static readonly (string Suffix, long Factor)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("kB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1),
    ];

    /// <summary>The request, its sources looked at once so that a typing error is told now and not by a job that fails.</summary>
    /// <exception cref="UsageException">A value is wrong, or what it names is not there.</exception>
    public static async Task<JobRequest> ReadAsync(ParseResult parsed, ObjectStores objects, CancellationToken cancel)
    {
        var (source, manifest, inventory) = (
            parsed.GetValue(IngestCommand.Source), parsed.GetValue(IngestCommand.Manifest), parsed.GetValue(IngestCommand.Inventory));
        if (manifest is not null && inventory is not null)
        {
            throw new UsageException("give --manifest or --inventory, not both.");
        }

        var request = manifest is not null ? OfManifest(manifest, source)
            : inventory is not null ? await OfInventoryAsync(inventory, source, objects, cancel)
            : source is null ? throw new UsageException("name what to ingest: a folder, s3://bucket/prefix, --manifest FILE or --inventory URI.")
            : IsBucket(source) ? await OfBucketAsync(source, objects, cancel)
            : OfFolder(source);
        request = request with
        {
            Include = parsed.GetValue(IngestCommand.Include) ?? [],
            Exclude = parsed.GetValue(IngestCommand.Exclude) ?? [],
            MinBytes = Bytes(parsed.GetValue(IngestCommand.MinSize), "--min-size"),
            MaxBytes = Bytes(parsed.GetValue(IngestCommand.MaxSize), "--max-size"),
            ErrorLimit = ErrorLimit(parsed.GetValue(IngestCommand.OnErrors)!),
            DryRun = parsed.GetValue(IngestCommand.DryRun),
        };
        if (request.MinBytes > request.MaxBytes)
        {
            throw new UsageException("--min-size is above --max-size; nothing is between them.");
        }

        try
        {
            _ = new ObjectFilter(request);
        }
        catch (FormatException fault)
        {
            throw new UsageException(fault.Message);
        }

        return request;
    }

    /// <summary>Reads a size such as 10kB, 50MB or 1GiB.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static long? Bytes(string? text, string option)
    {
        if (text is null)
        {
            return null;
        }

        var unit = Units.FirstOrDefault(unit => text.EndsWith(unit.Suffix, StringComparison.OrdinalIgnoreCase), ("", 1));
        return decimal.TryParse(
            text[..^unit.Suffix.Length].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * unit.Factor < long.MaxValue
            ? (long)(number * unit.Factor)
            : throw new UsageException($"{option} takes a size such as 500, 10kB, 50MB or 1GiB, not '{text}'.");
    }

    static long? ErrorLimit(string text) => text switch
    {
        "continue" => null,
        "stop" => 1,
        _ when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0 => limit,
        _ => throw new UsageException($"--on-errors takes stop, continue, or a number above 0, not '{text}'."),
    };

    static bool IsBucket(string source) => source.StartsWith("s3://", StringComparison.Ordinal);

    static JobRequest OfFolder(string source)
    {
        var path = source.StartsWith("file://", StringComparison.Ordinal) ? FolderObjects.PathOf(source)
            : source.Contains("://", StringComparison.Ordinal)
                ? throw new UsageException($"'{source}' is no source: name a folder or s3://bucket/prefix.")
            : source;
        if (!Directory.Exists(path) && !File.Exists(path))
        {
            throw new UsageException($"'{source}' is not there.");
        }

        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return new JobRequest { Kind = JobKind.Folder, Source = full, Roots = [full], Host = Environment.MachineName };
    }

    static async Task<JobRequest> OfBucketAsync(string source, ObjectStores objects, CancellationToken cancel)
    {
        if (source.Length == "s3://".Length || source["s3://".Length] == '/')
        {
            throw new UsageException($"'{source}' names no bucket: s3://bucket/prefix.");
        }

        // Throws StoreUnavailableException where there is no such bucket, no permission or no server.
        await objects.Of(source).ListAsync(source, null, null, 1, cancel);
        return new JobRequest { Kind = JobKind.S3, Source = source, Roots = [source] };
    }

    static JobRequest OfManifest(string manifest, string? source)
    {
        if (!File.Exists(manifest))
        {
            throw new UsageException($"the manifest '{manifest}' is not there. It is a text file of addresses or paths, one a line.");
        }

        var folder = Path.GetFullPath(source ?? ".");
        var addresses = File.ReadLines(manifest).LongCount(line => ManifestListing.AddressOf(line, folder) is not null);
        return new JobRequest
        {
            Kind = JobKind.Manifest,
            Source = manifest,
            Roots = [Path.GetFullPath(manifest)],
            Base = folder,
            Host = Environment.MachineName,
            Expected = addresses,
        };
    }

    static async Task<JobRequest> OfInventoryAsync(
        string inventory, string? source, ObjectStores objects, CancellationToken cancel)
    {
        if (source is not null && !IsBucket(source))
        {
            throw new UsageException("with --inventory the source is the part of the bucket to ingest: s3://bucket/prefix.");
        }

        var uri = inventory.Contains("://", StringComparison.Ordinal) ? inventory : FolderObjects.UriOf(inventory);
        try
        {
            await InventoryManifest.ReadAsync(objects, uri, cancel);
        }
        catch (JobSourceException fault)
        {
            throw new UsageException(fault.Message);
        }

        return new JobRequest
        {
            Kind = JobKind.Inventory,
            Source = source is null ? uri : $"{source} of {uri}",
            Roots = [uri],
            Base = source,
            Host = uri.StartsWith("file:", StringComparison.Ordinal) ? Environment.MachineName : null,
        };
    }
}
