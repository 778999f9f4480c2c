using ImagePipeline.Core.Collections;

namespace ImagePipeline.Core.Duplicates;

/// <summary>An image in a group.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="GroupId">The representative; the image itself, if it is the one.</param>
/// <param name="GroupSize">Images in the group, at least 2.</param>
/// <param name="Distance">Distance to the representative, its own 0.</param>
public readonly record struct GroupedImage(Guid ImageId, Guid GroupId, int GroupSize, float Distance);

/// <summary>
/// The look-alikes of a whole collection, which chain through much of it, to be grouped as <see cref="StarGroups"/> does. Images are
/// numbered, so that a pair takes few bytes: 12, and 16 more while it is grouped. An image takes 100 and its path.
/// </summary>
/// <param name="rule">Which image is the better keeper.</param>
public sealed class LookAlikes(KeeperRule rule)
{
    readonly IdNumbers _ids = new();
    readonly ChunkedList<(int A, int B, float Distance)> _pairs = new();
    KeeperRank[] _ranks = []; // by number; without a path where nothing is known of the image

    /// <summary>Images in any pair, numbered from 0.</summary>
    public int ImageCount => _ids.Count;

    /// <summary>Adds a pair. All pairs come before what is known of the images.</summary>
    /// <param name="a">The one.</param>
    /// <param name="b">The other.</param>
    /// <param name="distance">Smaller is nearer; one unit for all.</param>
    public void Add(Guid a, Guid b, float distance)
    {
        _ids.Add(a, out var first);
        _ids.Add(b, out var second);
        _pairs.Add((first, second, distance));
    }

    /// <summary>The images from a number on.</summary>
    /// <param name="first">Number of the first, 0 to <see cref="ImageCount"/>.</param>
    /// <param name="most">How many at most.</param>
    public Guid[] Images(int first, int most)
    {
        var images = new Guid[Math.Min(most, _ids.Count - first)];
        for (var i = 0; i < images.Length; i++)
        {
            images[i] = _ids[first + i];
        }

        return images;
    }

    /// <summary>Says what is known of an image. One of which nothing is said joins no group.</summary>
    /// <exception cref="ArgumentException">It is in no pair.</exception>
    public void Describe(Guid imageId, in KeeperFacts facts)
    {
        if (_ranks.Length < _ids.Count)
        {
            Array.Resize(ref _ranks, _ids.Count);
        }

        var number = _ids.Find(imageId);
        _ranks[number >= 0 ? number : throw new ArgumentException($"Image {imageId} is in no pair.", nameof(imageId))] =
            rule.Rank(facts);
    }

    /// <summary>The images in groups, by ascending id.</summary>
    public IReadOnlyList<GroupedImage> Group()
    {
        var numbers = InKeeperOrder();
        var graph = Graph(numbers);
        var isRepresentative = StarGroups.Representatives(graph, numbers.Length);
        var parents = new int[numbers.Length];
        var distances = new float[numbers.Length];
        var sizes = new int[numbers.Length];
        for (var node = 0; node < numbers.Length; node++)
        {
            parents[node] = isRepresentative[node] ? node : graph.Nearest(node, isRepresentative, out _, out distances[node]);
            sizes[parents[node]]++;
        }

        var grouped = new GroupedImage[parents.Count(parent => sizes[parent] > 1)];
        for (var (node, at) = (0, 0); at < grouped.Length; node++)
        {
            if (sizes[parents[node]] > 1)
            {
                grouped[at++] = new(
                    _ids[numbers[node]], _ids[numbers[parents[node]]], sizes[parents[node]], distances[node]);
            }
        }

        Array.Sort(grouped, static (x, y) => x.ImageId.CompareTo(y.ImageId));
        return grouped;
    }

    /// <summary>Numbers of the images that something is known of, the best keeper first.</summary>
    int[] InKeeperOrder()
    {
        var numbers = Enumerable.Range(0, _ranks.Length).Where(number => _ranks[number].Path is not null).ToArray();
        Array.Sort(numbers, (x, y) =>
        {
            var order = _ranks[x].CompareTo(_ranks[y], out _);
            return order != 0 ? order : _ids[x].CompareTo(_ids[y]);
        });
        return numbers;
    }

    /// <summary>The pairs by position in keeper order.</summary>
    StarGraph Graph(int[] numbers)
    {
        var nodes = new int[_ids.Count];
        Array.Fill(nodes, -1);
        for (var node = 0; node < numbers.Length; node++)
        {
            nodes[numbers[node]] = node;
        }

        return new StarGraph(numbers.Length, _pairs.Count, at =>
        {
            var (a, b, distance) = _pairs[at];
            return new(nodes[a], nodes[b], DuplicateKind.Similar, distance);
        });
    }
}
