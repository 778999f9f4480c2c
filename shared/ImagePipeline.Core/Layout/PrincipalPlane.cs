using System.Numerics.Tensors;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Layout;

/// <summary>The plane on which vectors are spread most (principal component analysis), and their places on it.</summary>
/// <param name="Points">One a vector; the first axis, of the larger variance, is x.</param>
/// <param name="VarianceShares">The share of all variance along x and along y.</param>
/// <remarks>
/// By block iteration (Halko, Martinsson and Tropp, "Finding structure with randomness", SIAM Review 2011, algorithm 4.4, repeated until both axes stand still):
/// a few directions are multiplied by the covariance, which is never formed, and made orthogonal. An axis points to where its largest part is positive.
/// Cost: vectors x dimensions x 16 a round, some ten to a hundred rounds. Memory: the vectors once more, and 8 x dimensions numbers for every
/// 512 vectors.
/// </remarks>
public sealed record PrincipalPlane(LayoutPoint[] Points, double[] VarianceShares)
{
    const int Directions = 8; // more than the two wanted: what comes next decides how fast they are found
    const int MaximumRounds = 200;
    const double Still = 1e-6;

    /// <summary>Finds the plane.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="metric">Cosine: the vectors at length 1 are laid out.</param>
    /// <param name="seed">Where the search starts; the result hardly depends on it.</param>
    /// <param name="threads">Threads, at least 1.</param>
    /// <param name="cancel">Stops it.</param>
    public static PrincipalPlane Of(
        VectorMatrix vectors, VectorMetric metric, int seed = 0, int threads = 1, CancellationToken cancel = default)
    {
        var (coordinates, shares) = Coordinates(new(vectors, metric, threads, cancel), seed, threads, cancel);
        return new(LayoutPoint.FillSquare(coordinates), shares);
    }

    /// <summary>The places in the unit of the vectors, around the origin: row-major, x and y.</summary>
    internal static (double[] Coordinates, double[] VarianceShares) Coordinates(
        ComparedVectors vectors, int seed, int threads, CancellationToken cancel)
    {
        var rows = vectors.Rows.Rows;
        if (rows == 0)
        {
            return ([], [0, 0]);
        }

        var covariance = new Covariance(vectors.Rows, threads, cancel);
        var count = Math.Min(Directions, vectors.Rows.Dimensions);
        var random = new Random(seed);
        var axes = Enumerable.Range(0, count)
            .Select(_ => Enumerable.Range(0, vectors.Rows.Dimensions).Select(_ => random.NextDouble() - 0.5).ToArray()).ToArray();
        Orthogonal(axes, axes);
        for (var round = 0; round < MaximumRounds; round++)
        {
            var products = covariance.Multiply(axes);
            var next = Orthogonal(Ritz(axes, products), axes);
            var moved = axes.Take(2).Zip(next, (a, b) => 1 - Math.Abs(TensorPrimitives.Dot<double>(a, b))).Max();
            axes = next;
            if (moved < Still * Still)
            {
                break;
            }
        }

        return Project(covariance, axes, rows, vectors.Rows);
    }

    static (double[], double[]) Project(Covariance covariance, double[][] axes, int rows, VectorMatrix vectors)
    {
        var coordinates = new double[2 * rows];
        var shares = new double[2];
        for (var axis = 0; axis < Math.Min(2, axes.Length); axis++)
        {
            var direction = axes[axis];
            if (direction[TensorPrimitives.IndexOfMaxMagnitude<double>(direction)] < 0)
            {
                TensorPrimitives.Negate(direction, direction);
            }

            float[] single = [.. direction.Select(x => (float)x)];
            var middle = TensorPrimitives.Dot<double>(direction, covariance.Mean);
            for (var row = 0; row < rows; row++)
            {
                var at = TensorPrimitives.Dot(vectors[row], single) - middle;
                coordinates[2 * row + axis] = at;
                shares[axis] += at * at;
            }

            shares[axis] = covariance.Trace > 0 ? shares[axis] / covariance.Trace : 0;
        }

        return (coordinates, shares);
    }

    /// <summary>The directions within the span of the axes along which the covariance acts alone, the largest first, multiplied by it.</summary>
    static double[][] Ritz(double[][] axes, double[][] products)
    {
        var count = axes.Length;
        var small = new double[count, count];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                small[i, j] = small[j, i] = TensorPrimitives.Dot<double>(axes[i], products[j]);
            }
        }

        var (values, vectors) = JacobiEigen.Of(small);
        return
        [
            .. Enumerable.Range(0, count).OrderByDescending(i => values[i]).Select(i =>
            {
                var turned = new double[axes[0].Length];
                for (var j = 0; j < count; j++)
                {
                    TensorPrimitives.MultiplyAdd(products[j], vectors[j, i], turned, turned);
                }

                return turned;
            }),
        ];
    }

    /// <summary>Makes directions orthogonal and of length 1, in order (Gram and Schmidt, twice for rounding); one that vanishes is replaced by that before.</summary>
    static double[][] Orthogonal(double[][] directions, double[][] before)
    {
        for (var i = 0; i < directions.Length; i++)
        {
            for (var pass = 0; pass < 2; pass++)
            {
                for (var j = 0; j < i; j++)
                {
                    TensorPrimitives.MultiplyAdd(directions[j], -TensorPrimitives.Dot<double>(directions[i], directions[j]), directions[i], directions[i]);
                }
            }

            var length = TensorPrimitives.Norm<double>(directions[i]);
            if (length > 1e-200)
            {
                TensorPrimitives.Divide(directions[i], length, directions[i]);
            }
            else
            {
                directions[i] = before[i];
            }
        }

        return directions;
    }
}
