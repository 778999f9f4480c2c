using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Tests.Clustering;

/// <summary>HDBSCAN from its definition, over all pairs and without a dendrogram: at each distance the parts that are still connected.</summary>
sealed class NaiveHdbscan
{
    readonly float[,] _reach;
    readonly int _leastSize;
    readonly int[] _labels;

    NaiveHdbscan(float[,] reach, int leastSize)
    {
        (_reach, _leastSize, _labels) = (reach, leastSize, new int[reach.GetLength(0)]);
        Array.Fill(_labels, -1);
    }

    public static float[,] Reachability(VectorMatrix vectors, VectorMetric metric, int coreNeighbours)
    {
        // The distances themselves are those of the library, so that both see the same equal ones.
        var compared = new ComparedVectors(vectors, metric, 1, default);
        var n = vectors.Rows;
        var cores = Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n)
            .Select(j => i == j ? 0 : compared.Squared(i, j)).Order().ElementAt(Math.Min(n, coreNeighbours) - 1)).ToArray();
        var reach = new float[n, n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                reach[i, j] = compared.Distance(Math.Max(compared.Squared(i, j), Math.Max(cores[i], cores[j])));
            }
        }

        return reach;
    }

    public static int[] Run(VectorMatrix vectors, VectorMetric metric, int leastSize, int coreNeighbours, ClusterSelection selection)
    {
        var naive = new NaiveHdbscan(Reachability(vectors, metric, coreNeighbours), leastSize);
        var root = naive.Follow([.. Enumerable.Range(0, vectors.Rows)], 0);
        foreach (var (cluster, number) in root.Children.SelectMany(child => naive.Taken(child, selection)).Select((c, i) => (c, i)))
        {
            foreach (var row in cluster.Members)
            {
                naive._labels[row] = number;
            }
        }

        return naive._labels;
    }

    /// <summary>Follows one cluster down until it parts, and those it parts into.</summary>
    Node Follow(int[] members, double start)
    {
        var node = new Node(members);
        while (true)
        {
            var distance = Connected(members);
            var density = 1 / Math.Max(distance, 1e-12);
            var parts = Parts(members, distance);
            var large = parts.Where(part => part.Length >= _leastSize).ToArray();
            if (large.Length == 1)
            {
                node.Stability += (members.Length - large[0].Length) * (density - start);
                members = large[0];
                continue;
            }

            node.Stability += members.Length * (density - start);
            node.Children.AddRange(large.Select(part => Follow(part, density)));
            return node;
        }
    }

    IEnumerable<Node> Taken(Node node, ClusterSelection selection)
    {
        var isTaken = selection == ClusterSelection.Leaf ? node.Children.Count == 0 : node.Stability >= node.Children.Sum(Best);
        return isTaken ? [node] : node.Children.SelectMany(child => Taken(child, selection));
    }

    static double Best(Node node) => Math.Max(node.Stability, node.Children.Sum(Best));

    /// <summary>The smallest distance at which all members are connected: the longest edge of a tree grown by nearest ones.</summary>
    float Connected(int[] members)
    {
        var near = members.ToDictionary(member => member, member => _reach[members[0], member]);
        near.Remove(members[0]);
        var longest = 0f;
        while (near.Count > 0)
        {
            var (next, distance) = near.MinBy(pair => pair.Value);
            near.Remove(next);
            longest = Math.Max(longest, distance);
            foreach (var other in near.Keys.ToArray())
            {
                near[other] = Math.Min(near[other], _reach[next, other]);
            }
        }

        return longest;
    }

    /// <summary>What is connected by edges below a distance.</summary>
    List<int[]> Parts(int[] members, float below)
    {
        var left = members.ToHashSet();
        var parts = new List<int[]>();
        while (left.Count > 0)
        {
            var part = new List<int> { left.First() };
            left.Remove(part[0]);
            for (var i = 0; i < part.Count; i++)
            {
                int[] reached = [.. left.Where(other => _reach[part[i], other] < below)];
                part.AddRange(reached);
                left.ExceptWith(reached);
            }

            parts.Add([.. part]);
        }

        return parts;
    }

    sealed class Node(int[] members)
    {
        public int[] Members => members;

        public double Stability { get; set; }

        public List<Node> Children { get; } = [];
    }
}
