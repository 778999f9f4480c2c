using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Search.Http;

/// <summary>Clusters of the active run, the largest first.</summary>
/// <param name="Run">The run; absent where none was made yet.</param>
/// <param name="Clusters">One page of clusters.</param>
/// <param name="Total">How many clusters there are in all: those that people merged are one.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; absent at the end.</param>
public sealed record ClusterPage(ClusterRunAnswer? Run, IReadOnlyList<ClusterAnswer> Clusters, int Total, int? Next);

/// <summary>A run in short.</summary>
/// <param name="RunId">Its number.</param>
/// <param name="Model">Model whose vectors it groups.</param>
/// <param name="Method">How.</param>
/// <param name="Images">Images that it grouped.</param>
/// <param name="Clusters">Clusters that it found.</param>
/// <param name="Unassigned">Images in none.</param>
/// <param name="Arrived">Images that came since.</param>
/// <param name="Reason">Why it ran.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="State">waiting, computing, done, abandoned or failed.</param>
/// <param name="Active">Whether it is shown.</param>
/// <param name="CanBeCut">Whether it kept a tree, so that it can be cut into more or fewer clusters.</param>
/// <param name="Error">Why it failed or was given up.</param>
public sealed record ClusterRunAnswer(
    int RunId, string Model, string Method, long Images, int Clusters, long Unassigned, long Arrived, string Reason,
    DateTimeOffset? FinishedAt, string State, bool Active, bool CanBeCut, string? Error)
{
    internal static ClusterRunAnswer Of(ClusterRun run) => new(
        run.RunId, run.ModelId, run.Method, run.Images, run.Clusters, run.Unassigned, run.Arrived, run.Reason, run.FinishedAt,
        run.State.ToSql(), run.IsActive, run.HasTree, run.Error);
}

/// <summary>The runs.</summary>
/// <param name="Runs">The latest first.</param>
public sealed record ClusterRunList(IReadOnlyList<ClusterRunAnswer> Runs);

/// <summary>A cluster.</summary>
/// <param name="RunId">Its run.</param>
/// <param name="Number">Its number in the run.</param>
/// <param name="Name">The label, or else the suggested name, or else its number.</param>
/// <param name="IsNamed">Whether a person named it.</param>
/// <param name="Size">Images in it.</param>
/// <param name="Cohesion">Mean cosine distance of its members to their centre.</param>
/// <param name="X">Place of its centre on the map, 0 to 1; absent without a map.</param>
/// <param name="Y">The same, upwards.</param>
/// <param name="Typical">Its most typical images.</param>
/// <param name="SuggestedName">What it is called where nobody named it.</param>
/// <param name="EvidenceWords">What suggests that, in words; absent where nothing does.</param>
/// <param name="Parts">The clusters that people merged into it.</param>
public sealed record ClusterAnswer(
    int RunId, int Number, string Name, bool IsNamed, long Size, float Cohesion, float? X, float? Y, IReadOnlyList<Guid> Typical,
    string? SuggestedName, string? EvidenceWords, IReadOnlyList<int> Parts);

/// <summary>The cluster that holds an image.</summary>
/// <param name="Number">Its number in the active run.</param>
/// <param name="Name">As it is shown.</param>
public sealed record ClusterName(int Number, string Name);

/// <summary>One page of the images of a cluster.</summary>
/// <param name="Images">The most typical first.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; absent at the end.</param>
public sealed record ClusterImages(IReadOnlyList<ClusterImage> Images, Guid? Next);

/// <summary>An image of a cluster.</summary>
/// <param name="Distance">Cosine distance to the centre.</param>
/// <param name="Image">The image.</param>
public sealed record ClusterImage(float? Distance, ImageAnswer Image);

/// <summary>Where images lie on the map of the active run: columns of equal length.</summary>
/// <param name="Ids">The images.</param>
/// <param name="Clusters">The cluster of each; null for none.</param>
/// <param name="X">Places, 0 to 1.</param>
/// <param name="Y">The same, upwards.</param>
public sealed record ClusterMap(IReadOnlyList<Guid> Ids, IReadOnlyList<int?> Clusters, IReadOnlyList<float> X, IReadOnlyList<float> Y);
