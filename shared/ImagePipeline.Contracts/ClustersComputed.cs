namespace ImagePipeline.Contracts;

/// <summary>A run that was asked for is over; its rows are in the database.</summary>
public sealed record ClustersComputed
{
    /// <summary>Number of the run, as in table <c>cluster_run</c>.</summary>
    public required int RunId { get; init; }

    /// <summary>Key of the request; null for a run that was not asked for by one.</summary>
    public required Guid? RequestId { get; init; }

    /// <summary>Model whose vectors were grouped.</summary>
    public required string ModelId { get; init; }

    /// <summary>How it ended: <c>done</c> or <c>failed</c>.</summary>
    public required string State { get; init; }

    /// <summary>Whether it is the run that is shown now.</summary>
    public required bool Active { get; init; }

    /// <summary>Images that it grouped.</summary>
    public required long Images { get; init; }

    /// <summary>Clusters that it found.</summary>
    public required int Clusters { get; init; }

    /// <summary>Images in none.</summary>
    public required long Unassigned { get; init; }
}
