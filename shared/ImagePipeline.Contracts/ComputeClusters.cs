namespace ImagePipeline.Contracts;

/// <summary>Group the images of the collection anew. Everything but <see cref="RequestId"/> may be left out.</summary>
public sealed record ComputeClusters
{
    /// <summary>Key of the request: sent twice, it is done once.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>Model whose vectors are grouped; null for the active one.</summary>
    public string? ModelId { get; init; }

    /// <summary><c>auto</c> (as null), <c>kmeans</c>, <c>agglomerative</c>, <c>two-level</c>, <c>hdbscan</c> or <c>dbscan</c>.</summary>
    public string? Method { get; init; }

    /// <summary>How many clusters, 1 or more; null for the run to choose.</summary>
    public int? K { get; init; }

    /// <summary>Cosine distance, above 0 and at most 2; null for the run to choose.</summary>
    public double? Distance { get; init; }

    /// <summary><c>ward</c>, <c>average</c>, <c>complete</c> or <c>single</c>, of agglomerative and two-level runs; null for the run to
    /// choose.</summary>
    public string? Linkage { get; init; }

    /// <summary>Least images of a cluster, 2 or more, of hdbscan and dbscan; null for the run to choose.</summary>
    public int? MinSize { get; init; }

    /// <summary>Groups that a two-level run joins, 2 or more; null for the run to choose.</summary>
    public int? Groups { get; init; }

    /// <summary>SQL condition over the view <c>image_file</c>, which can read but not write; null for all images.</summary>
    public string? Where { get; init; }

    /// <summary>The same seed over the same vectors gives the same clusters; 1 where null.</summary>
    public int? Seed { get; init; }

    /// <summary>Whether the run that is shown stays the one that is shown; not where null.</summary>
    public bool? KeepActive { get; init; }

    /// <summary>Why, in words; kept with the run.</summary>
    public string? Reason { get; init; }
}
