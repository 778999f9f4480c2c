using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>A tree of all vectors whose edges have the least sum of mutual reachability: the larger of the distance of two vectors and of both core
/// distances.</summary>
/// <remarks>
/// Exact, by the method of Borůvka: in every round each part takes its shortest edge to another part; the largest part waits, since all others
/// meet it. The lists of nearest neighbours answer first. What they cannot know, an edge longer than a list reaches and shorter than the best of its part, is searched among all
/// vectors, and kept: parts only grow, so what was nearest outside once is a lower bound later.
/// </remarks>
sealed class ReachabilityTree
{
    readonly ComparedVectors _vectors;
    readonly NeighbourGraph _graph; // squared distances
    readonly float[] _cores; // squared, filled up with infinity for whole panels
    readonly int[] _parts; // filled up alike
    readonly float[] _bounds; // no vector of another part is nearer than this
    readonly int[] _targets; // the nearest that a search found, -1 before
    readonly float[] _reaches; // mutual reachability of it, squared
    readonly float _longest; // the largest |y|²
    readonly int _threads;

    public ReachabilityTree(ComparedVectors vectors, NeighbourGraph graph, int coreNeighbour, int threads)
    {
        var rows = graph.Rows;
        _vectors = vectors;
        _graph = graph;
        _threads = threads;
        _longest = TensorPrimitives.Max<float>(vectors.SquaredLengths);
        _cores = new float[vectors.Columns.Panels * DotTiles.Columns];
        _parts = new int[_cores.Length];
        Array.Fill(_cores, float.PositiveInfinity);
        (_bounds, _targets, _reaches) = (new float[rows], new int[rows], new float[rows]);
        for (var row = 0; row < rows; row++)
        {
            _cores[row] = coreNeighbour == 0 ? 0 : graph.DistancesOf(row)[coreNeighbour - 1];
            _bounds[row] = Math.Max(_cores[row], graph.DistancesOf(row)[^1]);
            (_targets[row], _reaches[row]) = (-1, float.PositiveInfinity);
        }
    }

    /// <summary>Builds the tree.</summary>
    /// <returns>Edges of two rows and their squared mutual reachability, one fewer than vectors.</returns>
    public List<(int A, int B, float Squared)> Build(IProgress<double>? progress, CancellationToken cancel)
    {
        var rows = _graph.Rows;
        var sets = new DisjointSets(rows);
        var edges = new List<(int A, int B, float Squared)>(rows - 1);
        while (sets.Count > 1)
        {
            cancel.ThrowIfCancellationRequested();
            var best = new (float Reach, int From, int To)[rows]; // of the part known by a row
            Array.Fill(best, (float.PositiveInfinity, int.MaxValue, int.MaxValue));
            var sizes = new int[rows];
            for (var row = 0; row < rows; row++)
            {
                _parts[row] = sets.Find(row);
                sizes[_parts[row]]++;
            }

            var largest = Array.IndexOf(sizes, sizes.Max());
            for (var row = 0; row < rows; row++)
            {
                Offer(ref best[_parts[row]], row, Known(row));
            }

            int[] open = [.. Enumerable.Range(0, rows).Where(row => _parts[row] != largest && _bounds[row] < best[_parts[row]].Reach)];
            Search(open, cancel);
            foreach (var row in open)
            {
                Offer(ref best[_parts[row]], row, (_reaches[row], _targets[row]));
            }

            for (var part = 0; part < rows; part++)
            {
                var (reach, from, to) = best[part];
                if (part != largest && sizes[part] > 0 && sets.Find(from) != sets.Find(to))
                {
                    sets.Join(from, to);
                    edges.Add((from, to, reach));
                }
            }

            progress?.Report((double)edges.Count / (rows - 1));
        }

        return edges;
    }

    /// <summary>The best way out of its part that a vector knows of, from its list or an earlier search.</summary>
    (float Reach, int To) Known(int row)
    {
        var known = _targets[row] >= 0 && _parts[_targets[row]] != _parts[row]
            ? (_reaches[row], _targets[row])
            : (float.PositiveInfinity, int.MaxValue);
        var neighbours = _graph.Of(row);
        var distances = _graph.DistancesOf(row);
        for (var i = 0; i < neighbours.Length; i++)
        {
            var to = neighbours[i];
            if (_parts[to] != _parts[row])
            {
                var reach = Math.Max(distances[i], Math.Max(_cores[row], _cores[to]));
                known = (reach, to).CompareTo(known) < 0 ? (reach, to) : known;
            }
        }

        return known;
    }

    /// <summary>Equal edges have an order, the same from both ends, so that parts never join in a ring.</summary>
    static void Offer(ref (float Reach, int From, int To) best, int from, (float Reach, int To) known)
    {
        var offered = (known.Reach, Math.Min(from, known.To), Math.Max(from, known.To));
        best = offered.CompareTo((best.Reach, best.From, best.To)) < 0 ? offered : best;
    }

    /// <summary>Finds for each of these rows the nearest vector of another part among all.</summary>
    unsafe void Search(int[] rows, CancellationToken cancel) => RowBlocks.Run(rows.Length, _threads, (first, count) =>
    {
        var block = rows.AsSpan(first, count);
        foreach (var row in block)
        {
            (_reaches[row], _targets[row]) = (float.PositiveInfinity, -1);
        }

        fixed (int* row = block)
        {
            var sink = new NearestOutside(this, row);
            DotTiles.Run(_vectors.Rows.Select(block), 0, count, _vectors.Columns, ref sink);
        }

        foreach (var row in block)
        {
            _bounds[row] = _reaches[row];
        }
    }, cancel);

    /// <summary>Keeps for every row the vector of another part with the least mutual reachability; products rule out, differences decide.</summary>
    unsafe readonly struct NearestOutside(ReachabilityTree tree, int* queried) : ITileSink
    {
        public void Accept(int row, int rows, int column, float* tile)
        {
            fixed (int* parts = tree._parts)
            fixed (float* cores = tree._cores)
            {
                for (var r = row; r < row + rows; r++, tile += DotTiles.Columns)
                {
                    var query = queried[r];
                    var length = tree._vectors.SquaredLengths[query];
                    for (var c = 0; c < DotTiles.Columns; c += Vector512<float>.Count)
                    {
                        var least = Vector512.Create(length - ComparedVectors.Doubt * (length + tree._longest)) - 2 * Vector512.Load(tile + c);
                        var reach = Vector512.Max(least, Vector512.Load(cores + column + c));
                        var isOutside = ~Vector512.Equals(Vector512.Load(parts + column + c), Vector512.Create(tree._parts[query]));
                        var isNearer = Vector512.LessThan(reach, Vector512.Create(tree._reaches[query]));
                        var mask = (isNearer & isOutside.AsSingle()).ExtractMostSignificantBits();
                        for (; mask != 0; mask &= mask - 1)
                        {
                            tree.Look(query, column + c + BitOperations.TrailingZeroCount(mask));
                        }
                    }
                }
            }
        }
    }

    void Look(int row, int other)
    {
        if (other < _graph.Rows)
        {
            var reach = Math.Max(_vectors.Squared(row, other), Math.Max(_cores[row], _cores[other]));
            if (reach < _reaches[row])
            {
                (_reaches[row], _targets[row]) = (reach, other);
            }
        }
    }
}
