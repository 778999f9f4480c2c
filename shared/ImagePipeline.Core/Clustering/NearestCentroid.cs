using System.Numerics.Tensors;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>Finds the nearest of many centroids, for batches of vectors; of equally near ones the first.</summary>
/// <remarks>
/// The nearest centroid c of x has the largest x·c (Cosine, c of length 1), or the largest x·(c - m) - m·(c - m) - |c - m|²/2 (Euclidean), where m is the mean
/// of the centroids: half of |x - m|² - |x - c|², which loses less to rounding than the same without m. Products come from
/// <see cref="DotTiles"/>, one multiply-add for each number of each centroid. Which of two centroids wins is subject to the rounding of single
/// precision; the distance told is computed anew from the difference. Memory: the centroids twice, and 4 bytes a vector of a batch.
/// Safe to use from several threads at once.
/// </remarks>
public sealed class NearestCentroid
{
    readonly PackedVectors _packed;
    readonly float[] _centroids;
    readonly float[] _shifted;
    readonly float[] _offsets;

    /// <summary>Prepares the search; centroids are copied.</summary>
    /// <param name="centroids">At least one. For Cosine they are scaled to length 1; one of length zero stays, at distance 1 of all.</param>
    /// <param name="metric">What counts as near.</param>
    public NearestCentroid(VectorMatrix centroids, VectorMetric metric)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(centroids.Rows, 1);
        Metric = metric;
        _centroids = new float[centroids.Memory.Length];
        _shifted = metric == VectorMetric.Cosine ? _centroids : new float[_centroids.Length];
        _offsets = metric == VectorMetric.Cosine ? [] : new float[centroids.Rows];
        Centroids = new(_centroids, centroids.Rows, centroids.Dimensions);
        Prepare(centroids);
        _packed = new(new(_shifted, centroids.Rows, centroids.Dimensions), _offsets);
    }

    /// <summary>The centroids; of length 1 for Cosine.</summary>
    public VectorMatrix Centroids { get; }

    /// <summary>What counts as near.</summary>
    public VectorMetric Metric { get; }

    /// <summary>Finds the nearest centroid of each vector, and how far it is.</summary>
    /// <param name="vectors">Vectors of any length, as many dimensions as the centroids.</param>
    /// <param name="labels">Receives the number of a centroid for each vector.</param>
    /// <param name="distances">Receives the distance to it, in the metric's unit.</param>
    /// <param name="threads">Threads, at least 1.</param>
    /// <param name="cancel">Stops it; looked at every 512 vectors.</param>
    /// <exception cref="ArgumentException">Dimensions or lengths differ.</exception>
    public void Assign(
        VectorMatrix vectors, Memory<int> labels, Memory<float> distances, int threads = 1, CancellationToken cancel = default)
    {
        if (distances.Length != vectors.Rows)
        {
            throw new ArgumentException($"Expected room for {vectors.Rows} distances, got {distances.Length}.", nameof(distances));
        }

        Label(vectors, labels, threads, cancel);
        Measure(vectors, labels, distances, threads, cancel);
    }

    /// <summary>Finds the nearest centroid of each vector.</summary>
    internal void Label(VectorMatrix vectors, Memory<int> labels, int threads, CancellationToken cancel)
    {
        if (vectors.Dimensions != Centroids.Dimensions)
        {
            throw new ArgumentException($"Expected {Centroids.Dimensions} dimensions, got {vectors.Dimensions}.", nameof(vectors));
        }

        if (labels.Length != vectors.Rows)
        {
            throw new ArgumentException($"Expected room for {vectors.Rows} labels, got {labels.Length}.", nameof(labels));
        }

        RowBlocks.Run(vectors.Rows, threads,
            (first, count) => FindLargest(vectors.Slice(first, count), _packed, labels.Span.Slice(first, count)), cancel);
    }

    /// <summary>The distance of each vector to the centroid of its label.</summary>
    internal void Measure(VectorMatrix vectors, ReadOnlyMemory<int> labels, Memory<float> distances, int threads, CancellationToken cancel) =>
        RowBlocks.Run(vectors.Rows, threads, (first, count) =>
        {
            for (var row = first; row < first + count; row++)
            {
                distances.Span[row] = Distance(vectors[row], labels.Span[row]);
            }
        }, cancel);

    /// <summary>Replaces the centroids by as many others. Not while they are being used.</summary>
    internal void Replace(VectorMatrix centroids)
    {
        Prepare(centroids);
        _packed.Load(new(_shifted, centroids.Rows, centroids.Dimensions), _offsets);
    }

    static unsafe void FindLargest(VectorMatrix block, PackedVectors columns, Span<int> labels)
    {
        Span<float> best = stackalloc float[RowBlocks.Size];
        best.Fill(float.MinValue);
        labels.Clear();
        fixed (float* largest = best)
        fixed (int* label = labels)
        {
            var sink = new LargestProduct(largest, label);
            DotTiles.Run(block, 0, block.Rows, columns, ref sink);
        }
    }

    /// <summary>The distance of a vector to one centroid.</summary>
    internal float Distance(ReadOnlySpan<float> vector, int label)
    {
        var centroid = Centroids[label];
        if (Metric == VectorMetric.Euclidean)
        {
            return TensorPrimitives.Distance(vector, centroid);
        }

        var length = TensorPrimitives.Norm(vector);
        return length > 0 ? Math.Max(0, 1 - TensorPrimitives.Dot(vector, centroid) / length) : 1;
    }

    void Prepare(VectorMatrix centroids)
    {
        centroids.Memory.Span.CopyTo(_centroids);
        var dimensions = centroids.Dimensions;
        if (Metric == VectorMetric.Cosine)
        {
            for (var c = 0; c < centroids.Rows; c++)
            {
                Distances.NormalizeL2(_centroids.AsSpan(c * dimensions, dimensions));
            }

            return;
        }

        var mean = new float[dimensions];
        for (var c = 0; c < centroids.Rows; c++)
        {
            TensorPrimitives.Add(mean, centroids[c], mean);
        }

        TensorPrimitives.Divide(mean, centroids.Rows, mean);
        for (var c = 0; c < centroids.Rows; c++)
        {
            var shifted = _shifted.AsSpan(c * dimensions, dimensions);
            TensorPrimitives.Subtract(centroids[c], mean, shifted);
            _offsets[c] = -TensorPrimitives.Dot<float>(mean, shifted) - TensorPrimitives.SumOfSquares<float>(shifted) / 2;
        }
    }
}
