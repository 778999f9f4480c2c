using System.Numerics;
using System.Numerics.Tensors;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>Moves centroids to the means of their vectors, the same on any number of threads: every cluster is summed by one thread, in the order
/// of its rows, in double precision. Memory: 8 bytes a vector, and 16 a dimension of each thread.</summary>
sealed class CentroidUpdate
{
    readonly VectorMatrix _vectors;
    readonly float[] _weights; // 1 / length of each vector for Cosine, empty for Euclidean
    readonly int[] _order;
    readonly int[] _starts;
    readonly int _threads;

    public CentroidUpdate(VectorMatrix vectors, int clusters, VectorMetric metric, int threads, CancellationToken cancel)
    {
        _vectors = vectors;
        _threads = threads;
        _order = new int[vectors.Rows];
        _starts = new int[clusters + 1];
        _weights = metric == VectorMetric.Cosine ? new float[vectors.Rows] : [];
        if (metric == VectorMetric.Cosine)
        {
            RowBlocks.Run(vectors.Rows, threads, (first, count) =>
            {
                for (var row = first; row < first + count; row++)
                {
                    var length = TensorPrimitives.Norm(vectors[row]);
                    _weights[row] = length > 0 ? 1 / length : 0;
                }
            }, cancel);
        }
    }

    /// <summary>The variance of a dimension, mean over all: of the vectors, or of the vectors at length 1 for Cosine.</summary>
    public double MeanVariance(CancellationToken cancel)
    {
        var dimensions = _vectors.Dimensions;
        var blocks = RowBlocks.Count(_vectors.Rows);
        var sums = new double[blocks * (dimensions + 1L)];
        RowBlocks.Each(blocks, _threads, block =>
        {
            var sum = sums.AsSpan(block * (dimensions + 1), dimensions + 1);
            for (var row = block * RowBlocks.Size; row < Math.Min((block + 1) * RowBlocks.Size, _vectors.Rows); row++)
            {
                var weight = Weight(row);
                Add(_vectors[row], weight, sum[..dimensions]);
                sum[dimensions] += (double)TensorPrimitives.SumOfSquares(_vectors[row]) * weight * weight;
            }
        }, cancel);

        var total = new double[dimensions + 1];
        for (var block = 0; block < blocks; block++)
        {
            TensorPrimitives.Add(total, sums.AsSpan(block * (dimensions + 1), dimensions + 1), total);
        }

        var mean = TensorPrimitives.SumOfSquares(total.AsSpan(0, dimensions)) / Math.Pow(_vectors.Rows, 2);
        return Math.Max(0, (total[dimensions] / _vectors.Rows - mean) / dimensions);
    }

    /// <summary>Sizes of the clusters.</summary>
    public static int[] Sizes(ReadOnlySpan<int> labels, int clusters)
    {
        var sizes = new int[clusters];
        foreach (var label in labels)
        {
            sizes[label]++;
        }

        return sizes;
    }

    /// <summary>Moves each centroid to the mean of its vectors; one without vectors stays.</summary>
    /// <param name="labels">The cluster of each vector.</param>
    /// <param name="centroids">Row-major, clusters x dimensions; overwritten.</param>
    /// <param name="cancel">Looked at before every cluster.</param>
    /// <returns>The sum of the squared movements.</returns>
    public double Move(int[] labels, float[] centroids, CancellationToken cancel)
    {
        Sort(labels);
        var dimensions = _vectors.Dimensions;
        var movements = new double[_starts.Length - 1];
        RowBlocks.Each(movements.Length, _threads, cluster =>
        {
            var members = _order.AsSpan(_starts[cluster].._starts[cluster + 1]);
            var sum = new double[dimensions];
            foreach (var row in members)
            {
                Add(_vectors[row], Weight(row), sum);
            }

            var scale = _weights.Length > 0 ? Math.Sqrt(TensorPrimitives.SumOfSquares<double>(sum)) : members.Length;
            var centroid = centroids.AsSpan(cluster * dimensions, dimensions);
            for (var d = 0; scale > 0 && d < dimensions; d++)
            {
                var moved = (float)(sum[d] / scale);
                movements[cluster] += Math.Pow(moved - centroid[d], 2);
                centroid[d] = moved;
            }
        }, cancel);
        return movements.Sum();
    }

    float Weight(int row) => _weights.Length > 0 ? _weights[row] : 1;

    /// <summary>Orders rows by cluster, then by number (counting sort).</summary>
    void Sort(int[] labels)
    {
        Array.Clear(_starts);
        foreach (var label in labels)
        {
            _starts[label + 1]++;
        }

        for (var cluster = 1; cluster < _starts.Length; cluster++)
        {
            _starts[cluster] += _starts[cluster - 1];
        }

        var next = _starts.AsSpan(..^1).ToArray();
        for (var row = 0; row < labels.Length; row++)
        {
            _order[next[labels[row]]++] = row;
        }
    }

    static void Add(ReadOnlySpan<float> vector, float weight, Span<double> sum)
    {
        var scale = new Vector<double>(weight);
        var d = 0;
        for (; d + Vector<float>.Count <= vector.Length; d += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(vector[d..]), out var low, out var high);
            (new Vector<double>(sum[d..]) + low * scale).CopyTo(sum[d..]);
            (new Vector<double>(sum[(d + Vector<double>.Count)..]) + high * scale).CopyTo(sum[(d + Vector<double>.Count)..]);
        }

        for (; d < vector.Length; d++)
        {
            sum[d] += vector[d] * (double)weight;
        }
    }
}
