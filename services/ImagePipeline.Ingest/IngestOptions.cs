using System.ComponentModel.DataAnnotations;
using ImagePipeline.Imaging;

namespace ImagePipeline.Ingest;

/// <summary>Options of <see cref="FolderIngest"/>.</summary>
public sealed record IngestOptions
{
    /// <summary>Files looked up, read and registered together. Default 256: larger gains nothing at the database, smaller pays a
    /// round trip per few files.</summary>
    [Range(1, 10_000)]
    public int ChunkFiles { get; init; } = 256;

    /// <summary>Images that may wait at any stage before the walk pauses. Default 1024: bounds memory, and keeps every stage fed while
    /// a chunk is read.</summary>
    [Range(1, 1_000_000)]
    public int ImagesInFlight { get; init; } = 1024;

    /// <summary>What is refused before it is decoded.</summary>
    public ImageLimits Limits { get; init; } = ImageLimits.Default;
}
