using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>
/// An S3 inventory report instead of a listing: nothing is asked of the bucket, and every file of the report is a range. The key of an
/// object is its row number. Old versions and delete markers are passed over.
/// </summary>
public sealed class InventoryListing(ObjectStores stores, StorePatience patience) : IJobListing
{
    /// <summary>Most bytes of one file of a report, packed; S3 writes a few hundred megabytes at most.</summary>
    const long MostFileBytes = 1L << 30;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobRange>> PlanAsync(Guid jobId, JobRequest request, CancellationToken cancel)
    {
        var manifest = await patience.TryAsync(jobId, () => InventoryManifest.ReadAsync(stores, request.Roots[0], cancel), cancel);
        return [.. manifest.FileUris().Select(uri => new JobRange(uri))];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<FoundObject> ListAsync(
        JobRequest request, RangeLease lease, [EnumeratorCancellation] CancellationToken cancel)
    {
        var manifest = await patience.TryAsync(lease.JobId, () => InventoryManifest.ReadAsync(stores, request.Roots[0], cancel), cancel);
        var columns = new InventoryColumns(manifest.FileSchema);
        using var packed = await patience.TryAsync(lease.JobId, () => ReadAsync(lease.Range.Root, cancel), cancel);
        using var reader = new StreamReader(new GZipStream(new MemoryStream(packed.Span.ToArray()), CompressionMode.Decompress));

        var booked = RowKey.Parse(lease.After);
        var row = 0L;
        await foreach (var cells in CsvRows.ReadAsync(reader, cancel))
        {
            row++;
            if (row > booked && columns.Read(cells, manifest.SourceBucket, RowKey.Of(row)) is { } found
                && (request.Base is null || found.Uri.StartsWith(request.Base, StringComparison.Ordinal)))
            {
                yield return found;
            }
        }
    }

    async Task<ObjectBytes> ReadAsync(string uri, CancellationToken cancel)
    {
        try
        {
            return await stores.ReadAsync(uri, null, MostFileBytes, cancel)
                ?? throw new JobSourceException($"'{uri}' has more than {MostFileBytes:N0} bytes.");
        }
        catch (Exception fault) when (FailureReason.Of(fault) is not null)
        {
            throw new JobSourceException($"the inventory file '{uri}' cannot be read: {fault.Message}", fault);
        }
    }
}

/// <summary>Where the facts of an object stand in a row of an inventory.</summary>
sealed class InventoryColumns
{
    readonly Dictionary<string, int> _at;

    public InventoryColumns(string schema)
    {
        _at = schema.Split(',').Select((name, at) => (Name: name.Trim(), at))
            .ToDictionary(column => column.Name, column => column.at, StringComparer.OrdinalIgnoreCase);
        if (!_at.ContainsKey("Key"))
        {
            throw new JobSourceException($"the inventory has no column Key (fileSchema: {schema}).");
        }
    }

    /// <summary>The object of a row, or null where it is no object that can be read.</summary>
    public FoundObject? Read(IReadOnlyList<string> cells, string sourceBucket, string rowKey)
    {
        string? Cell(string name) => _at.TryGetValue(name, out var at) && at < cells.Count && cells[at].Length > 0 ? cells[at] : null;
        if (Cell("Key") is not { } encoded || Cell("IsLatest") is "false" || Cell("IsDeleteMarker") is "true")
        {
            return null;
        }

        var key = Uri.UnescapeDataString(encoded.Replace('+', ' '));
        var etag = Cell("ETag")?.Trim('"');
        var bytes = long.TryParse(Cell("Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : -1;
        DateTimeOffset? modified = DateTimeOffset.TryParse(
            Cell("LastModifiedDate"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
        // Without version and size it is looked up like an address of a manifest.
        return new FoundObject($"s3://{Cell("Bucket") ?? sourceBucket}/{key}", rowKey, etag, etag is null ? -1 : bytes, modified);
    }
}
