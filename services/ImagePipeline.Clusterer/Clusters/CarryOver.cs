using System.Globalization;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>A cluster of a new run that holds again what a person had split.</summary>
/// <param name="Cluster">The cluster of the new run.</param>
/// <param name="Decision">What was said.</param>
/// <param name="Parts">The parts that it holds.</param>
public sealed record SplitAgain(int Cluster, ClusterDecision Decision, IReadOnlyList<int> Parts);

/// <summary>Finds where in a new run the things belong that people said about clusters of a former one. A cluster of
/// the new run goes on from clusters of the former where more than half of its images that both runs have were in
/// these.
/// </summary>
/// <param name="overlaps">How the clusters that were computed by both runs share their images, the former run's
/// first.</param>
public sealed class CarryOver(IReadOnlyList<ClusterOverlap> overlaps)
{
    /// <summary>A part of a split must make this share of a new cluster to be split from it again.</summary>
    const double LeastPart = 0.1;

    readonly ILookup<int, ClusterOverlap> _byNew = overlaps.Where(one => one.Other is not null).ToLookup(one => one.Other!.Value);

    /// <summary>Where a decision about the former run holds in the new one; null where no cluster goes on from those it
    /// was about.</summary>
    public CarriedDecision? Carry(ClusterDecision decision)
    {
        var clusters = new List<int>();
        var parts = new List<int>();
        foreach (var side in Sides(decision))
        {
            var goingOn = GoingOn(side.Value);
            clusters.AddRange(goingOn);
            parts.AddRange(goingOn.Select(_ => side.Key));
        }

        return clusters.Count == 0 ? null : new CarriedDecision(decision, clusters, parts);
    }

    /// <summary>Clusters of the new run that hold several parts of what was split.</summary>
    public IReadOnlyList<SplitAgain> SplitAgain(ClusterDecision decision)
    {
        var sides = Sides(decision);
        var all = sides.Values.SelectMany(side => side).ToHashSet();
        var again = new List<SplitAgain>();
        foreach (var cluster in GoingOn(all))
        {
            var known = _byNew[cluster].Sum(one => one.Images);
            int[] held = [.. sides.Where(side => Images(cluster, side.Value) > LeastPart * known).Select(side => side.Key)];
            if (held.Length > 1)
            {
                again.Add(new SplitAgain(cluster, decision, held));
            }
        }

        return again;
    }

    /// <summary>What became of a decision, for people.</summary>
    public static string Words(ClusterDecision decision, CarriedDecision? carried)
    {
        var what = decision.Kind switch
        {
            ClusterDecisionKind.Label => $"the label '{decision.Label}'",
            ClusterDecisionKind.Merge => $"the merge of {List(decision.Clusters)}",
            _ => $"the split into {List(decision.Clusters)}",
        };
        if (carried is null)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"{what} of run {decision.RunId} has no place: its images went into clusters that are mostly others'. It is kept for later runs.");
        }

        return decision.Kind switch
        {
            ClusterDecisionKind.Merge when carried.Clusters.Count == 1 =>
                $"{what} holds without doing anything: they are {List(carried.Clusters)} now.",
            ClusterDecisionKind.Split => $"{what} holds: {List(carried.Clusters)} now.",
            ClusterDecisionKind.Merge => $"{what} was done again: {List(carried.Clusters)} are one.",
            _ => $"{what} was carried over to {List(carried.Clusters)}.",
        };
    }

    static Dictionary<int, HashSet<int>> Sides(ClusterDecision decision) => decision.Clusters.Zip(decision.Parts)
        .GroupBy(one => one.Second).OrderBy(side => side.Key).ToDictionary(side => side.Key, side => side.Select(one => one.First).ToHashSet());

    List<int> GoingOn(HashSet<int> former) => [.. _byNew
        .Where(cluster => 2 * Images(cluster.Key, former) > cluster.Sum(one => one.Images)).Select(cluster => cluster.Key).Order()];

    long Images(int cluster, HashSet<int> former) =>
        _byNew[cluster].Where(one => one.One is { } from && former.Contains(from)).Sum(one => one.Images);

    static string List(IReadOnlyList<int> clusters) =>
        (clusters.Count == 1 ? "cluster " : "clusters ") + string.Join(", ", clusters.Order());
}
