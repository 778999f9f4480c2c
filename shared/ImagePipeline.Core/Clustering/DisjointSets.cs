namespace ImagePipeline.Core.Clustering;

/// <summary>Sets that are joined and never parted, each known by one of its members (Tarjan, JACM 1975; by size, halving paths).</summary>
sealed class DisjointSets
{
    readonly int[] _parents; // of a root: minus the size of its set

    public DisjointSets(int members)
    {
        _parents = new int[members];
        Array.Fill(_parents, -1);
        Count = members;
    }

    /// <summary>How many sets there are.</summary>
    public int Count { get; private set; }

    /// <summary>The member that a set is known by.</summary>
    public int Find(int member)
    {
        while (_parents[member] >= 0)
        {
            var parent = _parents[member];
            if (_parents[parent] >= 0)
            {
                _parents[member] = _parents[parent];
            }

            member = parent;
        }

        return member;
    }

    /// <summary>Joins the sets of two members.</summary>
    /// <returns>The member that the joined set is known by.</returns>
    public int Join(int a, int b)
    {
        (a, b) = (Find(a), Find(b));
        if (a == b)
        {
            return a;
        }

        if (_parents[a] > _parents[b])
        {
            (a, b) = (b, a);
        }

        _parents[a] += _parents[b];
        _parents[b] = a;
        Count--;
        return a;
    }
}
