using System.Numerics.Tensors;

namespace ImagePipeline.Core.Vectors;

/// <summary>A copy of vectors made for comparing all with all by products.</summary>
/// <remarks>
/// For Euclidean they are moved so that their mean is the origin, for Cosine scaled to length 1. Then for both |x - y|² = |x|² + |y|² - 2 x·y; the cosine
/// distance is half of it. A vector of length zero counts as one at right angles to all, so that its cosine distance to any is 1. What
/// a product gives of a distance is uncertain by some 1e-6 of |x|² + |y|²: below <see cref="Near"/> of that, the difference itself is computed.
/// Memory: 4 bytes a number, as much again once <see cref="Columns"/> is asked for, and 8 bytes a vector.
/// </remarks>
sealed class ComparedVectors
{
    /// <summary>Squared distances below this share of |x|² + |y|² are not taken from products.</summary>
    public const float Near = 1e-2f;

    /// <summary>How far a squared distance from products may be wrong, as a share of |x|² + |y|².</summary>
    public const float Doubt = 8e-6f;

    readonly Lazy<PackedVectors> _columns;

    public ComparedVectors(VectorMatrix vectors, VectorMetric metric, int threads, CancellationToken cancel)
    {
        Metric = metric;
        var values = vectors.Memory.ToArray();
        Rows = new(values, vectors.Rows, vectors.Dimensions);
        SquaredLengths = new float[vectors.Rows];
        var mean = metric == VectorMetric.Euclidean ? Mean(vectors) : [];
        RowBlocks.Run(vectors.Rows, threads, (first, count) =>
        {
            for (var row = first; row < first + count; row++)
            {
                var vector = values.AsSpan(row * vectors.Dimensions, vectors.Dimensions);
                if (metric == VectorMetric.Cosine)
                {
                    SquaredLengths[row] = Distances.NormalizeL2(vector) > 0 ? TensorPrimitives.SumOfSquares<float>(vector) : 1;
                    continue;
                }

                TensorPrimitives.Subtract(vector, mean, vector);
                SquaredLengths[row] = TensorPrimitives.SumOfSquares<float>(vector);
            }
        }, cancel);
        _columns = new(() =>
        {
            var offsets = new float[SquaredLengths.Length];
            TensorPrimitives.Multiply(SquaredLengths, -0.5f, offsets);
            return new(Rows, offsets);
        });
    }

    /// <summary>What counts as near.</summary>
    public VectorMetric Metric { get; }

    /// <summary>The vectors, moved or scaled.</summary>
    public VectorMatrix Rows { get; }

    /// <summary>|x|² of each.</summary>
    public float[] SquaredLengths { get; }

    /// <summary>The vectors as columns; the offset is -|y|²/2, so that a product p with row x gives |x - y|² = |x|² - 2 p.</summary>
    public PackedVectors Columns => _columns.Value;

    /// <summary>The squared distance computed from the difference.</summary>
    public float Squared(int a, int b)
    {
        // Only a vector of length zero has another |x|² than its numbers say.
        var squared = TensorPrimitives.Distance(Rows[a], Rows[b]);
        return Metric == VectorMetric.Cosine && (IsZero(a) || IsZero(b)) ? 2 : squared * squared;
    }

    /// <summary>A squared distance in the metric's unit.</summary>
    public float Distance(float squared) => Metric == VectorMetric.Cosine ? squared / 2 : MathF.Sqrt(squared);

    /// <summary>A distance in the metric's unit as a squared distance.</summary>
    public float SquaredOf(double distance) => (float)(Metric == VectorMetric.Cosine ? 2 * distance : distance * distance);

    bool IsZero(int row) => Rows[row].IndexOfAnyExcept(0f) < 0;

    static float[] Mean(VectorMatrix vectors)
    {
        var mean = new double[vectors.Dimensions];
        for (var row = 0; row < vectors.Rows; row++)
        {
            var vector = vectors[row];
            for (var d = 0; d < mean.Length; d++)
            {
                mean[d] += vector[d];
            }
        }

        return [.. mean.Select(sum => (float)(sum / vectors.Rows))];
    }
}
