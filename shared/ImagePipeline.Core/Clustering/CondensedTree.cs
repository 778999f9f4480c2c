namespace ImagePipeline.Core.Clustering;

/// <summary>A dendrogram in which only partings into two or more clusters of some size count; smaller parts fall out of their cluster.</summary>
/// <remarks>
/// Read from the top: at each distance the parts of a cluster are looked at together. With two or more that are large enough each starts a cluster; with one the cluster
/// goes on as that. λ is 1 / distance; the stability of a cluster is the sum over its vectors of λ where they leave it minus λ where it
/// started (Campello et al. 2013, section 4). Merges at equal distances count as one merge of several.
/// </remarks>
sealed class CondensedTree
{
    const double Nearest = 1e-12; // equal vectors count as this far apart, for λ to be finite

    readonly Dendrogram _tree;
    readonly int _leastSize;
    readonly List<Cluster> _clusters = [];
    readonly int[] _clusterOf; // the cluster that each vector left
    readonly double[] _leftAt; // λ at which it did

    public CondensedTree(Dendrogram tree, int leastSize)
    {
        _tree = tree;
        _leastSize = leastSize;
        _clusterOf = new int[tree.Leaves];
        _leftAt = new double[tree.Leaves];
        Condense();
    }

    /// <summary>Takes clusters and labels the vectors in them.</summary>
    public HdbscanResult Select(ClusterSelection selection, bool isRootAllowed)
    {
        var isTaken = selection == ClusterSelection.Leaf ? Leaves(isRootAllowed) : Lasting(isRootAllowed);
        // Parents come before their children: each hands down the cluster that is taken above it.
        var taken = new int[_clusters.Count];
        for (var i = 0; i < taken.Length; i++)
        {
            var above = _clusters[i].Parent < 0 ? -1 : taken[_clusters[i].Parent];
            taken[i] = above >= 0 ? above : isTaken[i] ? i : -1;
        }

        var numbers = new Dictionary<int, int>();
        var (labels, strengths) = (new int[_tree.Leaves], new float[_tree.Leaves]);
        for (var leaf = 0; leaf < labels.Length; leaf++)
        {
            var cluster = taken[_clusterOf[leaf]];
            labels[leaf] = Dbscan.Noise;
            if (cluster >= 0)
            {
                numbers.TryAdd(cluster, numbers.Count);
                labels[leaf] = numbers[cluster];
                strengths[leaf] = (float)Math.Min(1, _leftAt[leaf] / _clusters[cluster].End);
            }
        }

        return new(labels, strengths, [.. numbers.OrderBy(pair => pair.Value).Select(pair => _clusters[pair.Key].Stability)], _tree);
    }

    void Condense()
    {
        var open = new Stack<(int Node, int Cluster)>();
        _clusters.Add(new(-1, 0));
        open.Push((_tree.Leaves + _tree.Merges.Length - 1, 0));
        var parts = new List<int>();
        while (open.TryPop(out var next))
        {
            var (node, at) = next;
            var distance = _tree.Merges[node - _tree.Leaves].Distance;
            var density = 1 / Math.Max(distance, Nearest);
            Part(node, distance, parts);
            var cluster = _clusters[at];
            var large = parts.Count(part => Size(part) >= _leastSize);
            cluster.End = Math.Max(cluster.End, density);
            foreach (var part in parts)
            {
                if (Size(part) < _leastSize)
                {
                    cluster.Stability += Size(part) * (density - cluster.Start);
                    FallOut(part, at, density);
                }
                else if (large == 1)
                {
                    open.Push((part, at));
                }
                else
                {
                    cluster.Stability += Size(part) * (density - cluster.Start);
                    cluster.HasChildren = true;
                    open.Push((part, _clusters.Count));
                    _clusters.Add(new(at, density));
                }
            }
        }
    }

    /// <summary>What a node falls into at a distance: its parts, and theirs where they were joined at the same distance.</summary>
    void Part(int node, float distance, List<int> parts)
    {
        parts.Clear();
        parts.Add(node);
        for (var i = 0; i < parts.Count;)
        {
            if (parts[i] >= _tree.Leaves && _tree.Merges[parts[i] - _tree.Leaves] is var merge && merge.Distance == distance)
            {
                parts[i] = merge.A;
                parts.Add(merge.B);
            }
            else
            {
                i++;
            }
        }
    }

    void FallOut(int node, int cluster, double density)
    {
        var open = new Stack<int>([node]);
        while (open.TryPop(out var next))
        {
            if (next < _tree.Leaves)
            {
                (_clusterOf[next], _leftAt[next]) = (cluster, density);
            }
            else
            {
                open.Push(_tree.Merges[next - _tree.Leaves].A);
                open.Push(_tree.Merges[next - _tree.Leaves].B);
            }
        }
    }

    bool[] Leaves(bool isRootAllowed) =>
        [.. _clusters.Select(cluster => !cluster.HasChildren && (cluster.Parent >= 0 || isRootAllowed))];

    /// <summary>From the leaves up: a cluster is taken where it is no less stable than what is taken below it.</summary>
    bool[] Lasting(bool isRootAllowed)
    {
        var isTaken = new bool[_clusters.Count];
        var below = new double[_clusters.Count];
        for (var i = _clusters.Count - 1; i >= 0; i--)
        {
            var cluster = _clusters[i];
            isTaken[i] = cluster.Stability >= below[i] && (cluster.Parent >= 0 || isRootAllowed);
            if (cluster.Parent >= 0)
            {
                below[cluster.Parent] += Math.Max(cluster.Stability, below[i]);
            }
        }

        return isTaken;
    }

    int Size(int node) => node < _tree.Leaves ? 1 : _tree.Merges[node - _tree.Leaves].Size;

    sealed class Cluster(int parent, double start)
    {
        public int Parent => parent;

        public double Start => start;

        public double End { get; set; }

        public double Stability { get; set; }

        public bool HasChildren { get; set; }
    }
}
