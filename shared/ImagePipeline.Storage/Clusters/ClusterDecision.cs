namespace ImagePipeline.Storage.Clusters;

/// <summary>What a person said about clusters.</summary>
public enum ClusterDecisionKind
{
    /// <summary>These are called so.</summary>
    Label,

    /// <summary>These are one.</summary>
    Merge,

    /// <summary>These are not one.</summary>
    Split,
}

/// <summary>Something that a person said and that holds.</summary>
/// <param name="DecisionId">Its key.</param>
/// <param name="Kind">What was said.</param>
/// <param name="Label">The name, of a label.</param>
/// <param name="RunId">The last run in which it has clusters.</param>
/// <param name="Clusters">These.</param>
/// <param name="Parts">Beside each, which side it is on: 0 for all, but of a split its parts from 0.</param>
public sealed record ClusterDecision(
    int DecisionId, ClusterDecisionKind Kind, string? Label, int RunId, IReadOnlyList<int> Clusters, IReadOnlyList<int> Parts);

/// <summary>A decision in a later run.</summary>
/// <param name="Decision">What was said.</param>
/// <param name="Clusters">The clusters of the later run that it holds for.</param>
/// <param name="Parts">Which side each is on.</param>
public sealed record CarriedDecision(ClusterDecision Decision, IReadOnlyList<int> Clusters, IReadOnlyList<int> Parts);
