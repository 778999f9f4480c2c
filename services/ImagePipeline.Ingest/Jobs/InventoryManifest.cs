using System.Text.Json;
using System.Text.Json.Serialization;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>The <c>manifest.json</c> of an S3 inventory report: which gzip CSV files it consists of and what their columns are.</summary>
public sealed record InventoryManifest
{
    static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>Bucket that the report is about.</summary>
    public string SourceBucket { get; init; } = "";

    /// <summary>Bucket that the report lies in, as an ARN or a name.</summary>
    public string DestinationBucket { get; init; } = "";

    /// <summary>CSV, ORC or Parquet.</summary>
    public string FileFormat { get; init; } = "";

    /// <summary>Names of the columns, parted by commas.</summary>
    public string FileSchema { get; init; } = "";

    /// <summary>The files.</summary>
    public IReadOnlyList<InventoryFile> Files { get; init; } = [];

    /// <summary>Where the report lies.</summary>
    [JsonIgnore]
    public required string Uri { get; init; }

    /// <summary>Addresses of its files: in the destination bucket, or beside the manifest where that was copied to a folder.</summary>
    public IEnumerable<string> FileUris() => Uri.StartsWith("file:", StringComparison.Ordinal)
        ? Files.Select(file => FolderObjects.UriOf(Beside(Path.GetDirectoryName(FolderObjects.PathOf(Uri))!, file.Key)))
        : Files.Select(file => $"s3://{DestinationBucket[(DestinationBucket.LastIndexOf(':') + 1)..]}/{file.Key}");

    /// <summary>Reads one.</summary>
    /// <exception cref="JobSourceException">It is not there, or no inventory in CSV.</exception>
    public static async Task<InventoryManifest> ReadAsync(ObjectStores stores, string uri, CancellationToken cancel)
    {
        try
        {
            using var bytes = await stores.ReadAsync(uri, null, 64 << 20, cancel)
                ?? throw new JobSourceException($"'{uri}' is too large for the manifest of an inventory.");
            var read = JsonSerializer.Deserialize<Content>(bytes.Span, Web);
            if (read is not { SourceBucket.Length: > 0, Files.Count: > 0 } || read.FileFormat is not "CSV")
            {
                throw new JobSourceException(
                    $"'{uri}' is no manifest of an S3 inventory in CSV (sourceBucket, fileFormat \"CSV\", fileSchema, files). "
                    + "Ask S3 for the inventory in CSV; ORC and Parquet are not read.");
            }

            return new InventoryManifest
            {
                SourceBucket = read.SourceBucket,
                DestinationBucket = read.DestinationBucket,
                FileFormat = read.FileFormat,
                FileSchema = read.FileSchema,
                Files = read.Files,
                Uri = uri,
            };
        }
        catch (JsonException fault)
        {
            throw new JobSourceException($"'{uri}' is no manifest of an S3 inventory: {fault.Message}", fault);
        }
        catch (Exception fault) when (FailureReason.Of(fault) is not null)
        {
            throw new JobSourceException($"the inventory '{uri}' cannot be read: {fault.Message}", fault);
        }
    }

    static string Beside(string folder, string key)
    {
        var whole = Path.Combine(folder, key);
        return File.Exists(whole) ? whole : Path.Combine(folder, Path.GetFileName(key));
    }

    sealed record Content(
        string SourceBucket, string DestinationBucket, string FileFormat, string FileSchema, IReadOnlyList<InventoryFile> Files);
}

/// <summary>One file of an inventory.</summary>
/// <param name="Key">Its key in the destination bucket.</param>
/// <param name="Size">Its length in bytes.</param>
public sealed record InventoryFile(string Key, long Size);
