namespace ImagePipeline.Cli.Pages;

/// <summary>What <see cref="SearchPage"/> shows.</summary>
public sealed record SearchPageModel
{
    /// <summary>The image that was asked about.</summary>
    public required PagePicture Query { get; init; }

    /// <summary>How distance was measured, in words: "cosine distance of fingerprint_2 embeddings".</summary>
    public required string Measure { get; init; }

    /// <summary>How many images were searched.</summary>
    public required long Searched { get; init; }

    /// <summary>Distance at which the bar is full; above 0.</summary>
    public required double FullDistance { get; init; }

    /// <summary>The nearest images, nearest first. Read once, one at a time.</summary>
    public required IAsyncEnumerable<SearchHit> Hits { get; init; }
}

/// <summary>One image found.</summary>
/// <param name="Picture">The image.</param>
/// <param name="Distance">Distance to the query, 0 or more; smaller is nearer.</param>
public sealed record SearchHit(PagePicture Picture, double Distance);
