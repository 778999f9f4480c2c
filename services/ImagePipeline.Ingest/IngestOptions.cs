using System.ComponentModel.DataAnnotations;
using ImagePipeline.Imaging;

namespace ImagePipeline.Ingest;

/// <summary>Options of ingest jobs.</summary>
public sealed record IngestOptions
{
    /// <summary>Objects looked up, read and registered together. Default 256: larger gains nothing at the database, smaller pays a
    /// round trip per few objects.</summary>
    [Range(1, 10_000)]
    public int ChunkFiles { get; init; } = 256;

    /// <summary>Images that may wait at any stage of this process before the listing pauses. Default 1024: bounds memory, and keeps every
    /// stage fed while a chunk is read. With a broker it is the broker that holds them.</summary>
    [Range(1, 1_000_000)]
    public int ImagesInFlight { get; init; } = 1024;

    /// <summary>Ranges of a listing that this process works on at the same time, each with one chunk. Default 16: as many pages of a
    /// bucket are on their way, and listing, reading and writing of different chunks overlap.</summary>
    [Range(1, 64)]
    public int Ranges { get; init; } = 16;

    /// <summary>Ranges that the listing of a bucket is parted into beforehand, at most. Default 16: what turns out large, or is wanted by
    /// more workers, is parted further while it is listed; a small bucket gets fewer.</summary>
    [Range(1, 1024)]
    public int KeyRanges { get; init; } = 16;

    /// <summary>Objects of buckets read at the same time in this process, by all ranges together. Default 32: hides the latency of the server; files are read by
    /// as many as there are processors.</summary>
    [Range(1, 1024)]
    public int Downloads { get; init; } = 32;

    /// <summary>Bytes of objects held in memory at the same time in this process. Default 256 MiB; an object larger than that is read alone.</summary>
    [Range(1 << 20, long.MaxValue)]
    public long DownloadBytes { get; init; } = 256L << 20;

    /// <summary>How long a range stays with a worker that is not heard of. Default 30 seconds: so long a killed worker's ranges wait; a
    /// worker at work renews its lease three times in it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a store that does not answer is waited for before the work on a job is given up; the job stays as it is and can
    /// be taken up again. Default 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Jobs that a service works on at the same time. Default 2: a short one does not wait for a long one.</summary>
    [Range(1, 64)]
    public int Jobs { get; init; } = 2;

    /// <summary>How often a service looks for jobs, and for ranges of other workers that were given up. Default 2 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What is refused before it is decoded.</summary>
    public ImageLimits Limits { get; init; } = ImageLimits.Default;
}
