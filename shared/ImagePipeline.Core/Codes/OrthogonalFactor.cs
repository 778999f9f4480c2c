using System.Numerics.Tensors;

namespace ImagePipeline.Core.Codes;

/// <summary>The orthogonal matrix nearest to a matrix: U Vᵀ of its singular value decomposition, its orthogonal polar
/// factor.</summary>
/// <remarks>Newton's iteration X ← (γ X + X⁻ᵀ / γ) / 2 with γ from Frobenius norms: Higham, "Functions of Matrices"
/// (2008), section 8.6. It converges quadratically; ten rounds do for matrices that are not nearly singular. A round
/// costs 2 n³ multiplications.</remarks>
static class OrthogonalFactor
{
    const int MostRounds = 60;

    /// <summary>The factor of a regular matrix.</summary>
    /// <param name="matrix">Row-major, <paramref name="edge"/> x <paramref name="edge"/>; not changed.</param>
    /// <param name="edge">Rows.</param>
    /// <exception cref="ArgumentException">The matrix is singular.</exception>
    public static double[] Of(double[] matrix, int edge)
    {
        var x = (double[])matrix.Clone();
        for (var round = 0; round < MostRounds; round++)
        {
            var inverse = Inverse(x, edge);
            var scale = Math.Sqrt(TensorPrimitives.Norm<double>(inverse) / TensorPrimitives.Norm<double>(x));
            var moved = 0.0;
            for (var i = 0; i < edge; i++)
            {
                for (var j = 0; j < edge; j++)
                {
                    var next = (scale * x[i * edge + j] + inverse[j * edge + i] / scale) / 2;
                    moved = Math.Max(moved, Math.Abs(next - x[i * edge + j]));
                    x[i * edge + j] = next;
                }
            }

            if (moved < 1e-12)
            {
                break;
            }
        }

        return x;
    }

    /// <summary>Gauss and Jordan, with the largest pivot of each column.</summary>
    static double[] Inverse(double[] matrix, int edge)
    {
        var width = 2 * edge;
        var work = new double[edge * width];
        for (var i = 0; i < edge; i++)
        {
            matrix.AsSpan(i * edge, edge).CopyTo(work.AsSpan(i * width));
            work[i * width + edge + i] = 1;
        }

        for (var column = 0; column < edge; column++)
        {
            var pivot = column;
            for (var i = column + 1; i < edge; i++)
            {
                pivot = Math.Abs(work[i * width + column]) > Math.Abs(work[pivot * width + column]) ? i : pivot;
            }

            var row = work.AsSpan(column * width, width);
            var chosen = work.AsSpan(pivot * width, width);
            if (chosen[column] == 0 || !double.IsFinite(chosen[column]))
            {
                throw new ArgumentException("The matrix is singular, or not finite.", nameof(matrix));
            }

            if (pivot != column)
            {
                for (var at = column; at < width; at++)
                {
                    (row[at], chosen[at]) = (chosen[at], row[at]);
                }
            }

            TensorPrimitives.Divide(row[column..], row[column], row[column..]);
            for (var i = 0; i < edge; i++)
            {
                if (i != column)
                {
                    var other = work.AsSpan(i * width + column, width - column);
                    TensorPrimitives.MultiplyAdd(row[column..], -other[0], other, other);
                }
            }
        }

        var inverse = new double[edge * edge];
        for (var i = 0; i < edge; i++)
        {
            work.AsSpan(i * width + edge, edge).CopyTo(inverse.AsSpan(i * edge));
        }

        return inverse;
    }
}
