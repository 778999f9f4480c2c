using System.Numerics.Tensors;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Layout;

/// <summary>Multiplies by the covariance of vectors (times their number) without forming it.</summary>
sealed class Covariance
{
    readonly VectorMatrix _vectors;
    readonly int _threads;
    readonly CancellationToken _cancel;

    public Covariance(VectorMatrix vectors, int threads, CancellationToken cancel)
    {
        (_vectors, _threads, _cancel) = (vectors, threads, cancel);
        Mean = new double[vectors.Dimensions];
        var squares = 0.0;
        for (var row = 0; row < vectors.Rows; row++)
        {
            var vector = vectors[row];
            squares += TensorPrimitives.SumOfSquares(vector);
            for (var d = 0; d < Mean.Length; d++)
            {
                Mean[d] += vector[d];
            }
        }

        TensorPrimitives.Divide(Mean, vectors.Rows, Mean);
        Trace = squares - vectors.Rows * TensorPrimitives.SumOfSquares<double>(Mean);
    }

    /// <summary>The mean vector.</summary>
    public double[] Mean { get; }

    /// <summary>The sum of the variances of all dimensions, times the number of vectors.</summary>
    public double Trace { get; }

    /// <summary>The product with each of some directions. Sums of 512 vectors in single precision are added in double, in their order.</summary>
    public double[][] Multiply(double[][] directions)
    {
        var dimensions = _vectors.Dimensions;
        var single = directions.Select(direction => direction.Select(x => (float)x).ToArray()).ToArray();
        var middles = directions.Select(direction => (float)TensorPrimitives.Dot<double>(direction, Mean)).ToArray();
        var sums = new float[RowBlocks.Count(_vectors.Rows)][];
        var along = new double[sums.Length * directions.Length];
        RowBlocks.Run(_vectors.Rows, _threads, (first, count) =>
        {
            var sum = new float[directions.Length * dimensions];
            for (var row = first; row < first + count; row++)
            {
                for (var i = 0; i < single.Length; i++)
                {
                    var part = sum.AsSpan(i * dimensions, dimensions);
                    var at = TensorPrimitives.Dot(_vectors[row], single[i]) - middles[i];
                    TensorPrimitives.MultiplyAdd(_vectors[row], at, part, part);
                    along[first / RowBlocks.Size * directions.Length + i] += at;
                }
            }

            sums[first / RowBlocks.Size] = sum;
        }, _cancel);
        var products = directions.Select(_ => new double[dimensions]).ToArray();
        for (var block = 0; block < sums.Length; block++)
        {
            for (var i = 0; i < products.Length; i++)
            {
                for (var d = 0; d < dimensions; d++)
                {
                    products[i][d] += sums[block][i * dimensions + d] - along[block * products.Length + i] * Mean[d];
                }
            }
        }

        return products;
    }
}
