using System.ComponentModel.DataAnnotations;

namespace ImagePipeline.Search;

/// <summary>What the search service takes and gives, section <c>Search</c>. A request beyond a limit is answered with
/// the limit's name.</summary>
public sealed record SearchOptions
{
    /// <summary>Bytes of a picture that is searched by; it is held in memory. Default 64 MiB.</summary>
    [Range(1, 1L << 31)]
    public long MaxImageBytes { get; init; } = 64L << 20;

    /// <summary>Most results of one search. Default 1000.</summary>
    [Range(1, 100_000)]
    public int MaxResults { get; init; } = 1000;

    /// <summary>Searches at work at the same time. Default 16: each may hold a picture and a connection to the
    /// database.</summary>
    [Range(1, 10_000)]
    public int MaxSearches { get; init; } = 16;

    /// <summary>Searches, and likewise pictures, that wait for their turn; beyond, the answer is 429. Default
    /// 256.</summary>
    [Range(0, 100_000)]
    public int MaxWaiting { get; init; } = 256;

    /// <summary>Originals and thumbnails that are read at the same time. Default 8: an original is held in memory
    /// whole.</summary>
    [Range(1, 10_000)]
    public int MaxPictures { get; init; } = 8;

    /// <summary>Memory for thumbnails that were made from originals, in MiB. Default 64: some thousands.</summary>
    [Range(0, 65_536)]
    public int ThumbnailCacheMiB { get; init; } = 64;

    /// <summary>How long a request may take, its waiting included. Default 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);
}
