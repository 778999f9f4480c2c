using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace ImagePipeline.Core.Clustering;

/// <summary>Joins clusters along chains of nearest neighbours over a matrix of distances, which it uses up.</summary>
/// <remarks>
/// Of two joined rows the later one stays, since its distances to those before it lie side by side; the earlier one becomes infinitely
/// far, so that loops need not ask who is left. When a quarter of the rows are gone, those left are moved together.
/// </remarks>
sealed class NeighbourChain
{
    const double Sparse = 0.75;

    readonly PairMatrix _distances;
    readonly Linkage _linkage;
    readonly List<int> _chain = [];
    int[] _sizes; // 0: gone
    int[] _leaves; // one vector of each
    float[] _heights; // distance of its last merge
    int _left;

    public NeighbourChain(PairMatrix distances, Linkage linkage, int[] sizes)
    {
        _distances = distances;
        _linkage = linkage;
        _sizes = sizes;
        _leaves = [.. Enumerable.Range(0, sizes.Length)];
        _heights = new float[sizes.Length];
        _left = sizes.Length;
    }

    /// <summary>Joins until one is left.</summary>
    /// <returns>A vector of either part and their distance, in the order of joining: parts before the whole.</returns>
    public (int A, int B, float Distance)[] Run(IProgress<double>? progress, CancellationToken cancel)
    {
        var merges = new (int A, int B, float Distance)[_left - 1];
        for (var i = 0; i < merges.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var (a, b, distance) = FindMutual();
            // Never below its parts, which rounding could make it.
            distance = Math.Max(distance, Math.Max(_heights[a], _heights[b]));
            merges[i] = (_leaves[a], _leaves[b], distance);
            Join(Math.Min(a, b), Math.Max(a, b));
            _heights[Math.Max(a, b)] = distance;
            if (_left < Sparse * _distances.Rows && _left > 1)
            {
                MoveTogether();
            }

            if (i % 256 == 0)
            {
                progress?.Report((double)i / merges.Length);
            }
        }

        progress?.Report(1);
        return merges;
    }

    /// <summary>Follows nearest neighbours until two are each other's, and takes both off the chain.</summary>
    (int A, int B, float Distance) FindMutual()
    {
        if (_chain.Count == 0)
        {
            _chain.Add(Array.FindLastIndex(_sizes, size => size > 0));
        }

        while (true)
        {
            var last = _chain[^1];
            var (nearest, distance) = Nearest(last);
            // Of equally near ones the one before: the chain would not end otherwise.
            if (_chain.Count > 1 && _distances[last, _chain[^2]] <= distance)
            {
                var before = _chain[^2];
                distance = _distances[last, before];
                _chain.RemoveRange(_chain.Count - 2, 2);
                return (before, last, distance);
            }

            _chain.Add(nearest);
        }
    }

    (int Row, float Distance) Nearest(int row)
    {
        var (nearest, least) = (-1, float.PositiveInfinity);
        if (row > 0)
        {
            nearest = TensorPrimitives.IndexOfMin<float>(_distances.Row(row));
            least = _distances.Row(row)[nearest];
        }

        ref var at = ref row + 1 < _distances.Rows ? ref _distances.Below(row) : ref Unsafe.NullRef<float>();
        for (var other = row + 1; other < _distances.Rows; other++)
        {
            if (at < least)
            {
                (nearest, least) = (other, at);
            }

            at = ref Unsafe.Add(ref at, other);
        }

        return (nearest, least);
    }

    /// <summary>Makes the later row the joined cluster; the earlier one is gone.</summary>
    void Join(int gone, int kept)
    {
        float between = _distances[gone, kept], sizeOfGone = _sizes[gone], sizeOfKept = _sizes[kept];
        var row = _distances.Row(kept);
        var goneRow = _distances.Row(gone);
        for (var other = 0; other < gone; other++)
        {
            row[other] = Joined(goneRow[other], row[other], between, sizeOfGone, sizeOfKept, _sizes[other]);
        }

        goneRow.Fill(float.PositiveInfinity);
        row[gone] = float.PositiveInfinity;
        ref var below = ref _distances.Below(gone);
        for (var other = gone + 1; other < _distances.Rows; other++)
        {
            if (other != kept)
            {
                ref var joined = ref other < kept ? ref row[other] : ref Unsafe.Add(ref below, kept - gone);
                joined = Joined(below, joined, between, sizeOfGone, sizeOfKept, _sizes[other]);
            }

            below = float.PositiveInfinity;
            below = ref Unsafe.Add(ref below, other);
        }

        _sizes[kept] += _sizes[gone];
        _sizes[gone] = 0;
        _left--;
    }

    /// <summary>The distance to two joined clusters from that to either; infinite to one that is gone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    float Joined(float toA, float toB, float between, float a, float b, float other) => _linkage switch
    {
        Linkage.Single => Math.Min(toA, toB),
        Linkage.Complete => Math.Max(toA, toB),
        Linkage.Average => (a * toA + b * toB) / (a + b),
        _ => ((a + other) * toA + (b + other) * toB - other * between) / (a + b + other), // Ward, squared
    };

    void MoveTogether()
    {
        int[] kept = [.. Enumerable.Range(0, _distances.Rows).Where(row => _sizes[row] > 0)];
        _distances.Keep(kept);
        for (var i = 0; i < _chain.Count; i++)
        {
            _chain[i] = Array.BinarySearch(kept, _chain[i]);
        }

        _sizes = [.. kept.Select(row => _sizes[row])];
        _leaves = [.. kept.Select(row => _leaves[row])];
        _heights = [.. kept.Select(row => _heights[row])];
    }
}
