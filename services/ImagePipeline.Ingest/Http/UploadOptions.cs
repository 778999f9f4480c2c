using System.ComponentModel.DataAnnotations;

namespace ImagePipeline.Ingest.Http;

/// <summary>What the HTTP API takes, section <c>Upload</c>. A request beyond a limit is answered with the limit's name.</summary>
public sealed record UploadOptions
{
    /// <summary>Bytes of one image. Default 256 MiB, as decoding takes no larger one.</summary>
    [Range(1, 1L << 40)]
    public long MaxImageBytes { get; init; } = 256L << 20;

    /// <summary>Bytes of one request. Default 2 GiB; bodies go to <see cref="SpoolDirectory"/>, not into memory.</summary>
    [Range(1, 1L << 40)]
    public long MaxRequestBytes { get; init; } = 2L << 30;

    /// <summary>Images in one request. Default 1000: beyond, a lost connection costs too much to send again.</summary>
    [Range(1, 100_000)]
    public int MaxImages { get; init; } = 1000;

    /// <summary>Uploads at work at the same time. Default 32: each holds a spooled image and a connection to the database for moments.</summary>
    [Range(1, 10_000)]
    public int MaxUploads { get; init; } = 32;

    /// <summary>Uploads that wait for their turn, unread; beyond, the answer is 429. Default 512.</summary>
    [Range(0, 100_000)]
    public int MaxWaiting { get; init; } = 512;

    /// <summary>How long a request may take, its waiting included. Default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an answer waits for the broker to take the announcement; it comes without, and the reconciler announces the
    /// image later. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan AnnounceTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where a body lies while it is looked at. Default: the system's folder for temporary files.</summary>
    public string SpoolDirectory { get; init; } = Path.GetTempPath();
}
