using ImagePipeline.Core.Duplicates;

namespace ImagePipeline.Storage;

/// <summary>Groups copies as stars around a representative: whoever changes a pair or a verdict groups by this, so that the groups are the
/// same whichever process did.</summary>
public static class CopyStars
{
    /// <summary>The groups of some pairs; a <see cref="GroupBuilder"/>.</summary>
    public static IReadOnlyList<DuplicateGroup> Build(
        IReadOnlyList<DuplicateEdge> pairs, IReadOnlyDictionary<Guid, ImageFacts> facts)
    {
        var edges = pairs.Where(edge => facts.ContainsKey(edge.A) && facts.ContainsKey(edge.B)).ToArray();
        return Groups(
            StarGroups.Build(
                [.. facts.Values.Select(image => new StarNode(image.ImageId, image.Keeping))],
                [.. edges.Select(edge => new StarEdge(edge.A, edge.B, edge.Kind, CommonDistance(edge)))],
                KeeperRule.Default),
            edges);
    }

    static List<DuplicateGroup> Groups(StarGrouping stars, DuplicateEdge[] edges)
    {
        var byPair = edges.ToDictionary(edge => (edge.A, edge.B));
        return [.. stars.Groups.Select(star => new DuplicateGroup(star.Representative, [.. star.Members.Select(member =>
        {
            var edge = byPair[star.Representative.CompareTo(member.Id) < 0
                ? (star.Representative, member.Id)
                : (member.Id, star.Representative)];
            return new DuplicateMember(
                member.Id, edge.Kind, edge.Evidence, edge.TransformFrom(star.Representative), edge.Distance);
        })]))];
    }

    /// <summary>One order for edges whose distances have different units: what hashes show before what vectors show.</summary>
    static float CommonDistance(DuplicateEdge edge) => edge.Evidence switch
    {
        Evidence.Pdq => edge.Distance / 256,
        Evidence.Embedding => 1 + edge.Distance,
        _ => 0,
    };
}
