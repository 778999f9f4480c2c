using System.Numerics.Tensors;

namespace ImagePipeline.Core.Codes;

/// <summary>The subspace in which centred vectors vary most.</summary>
/// <remarks>Orthogonal (subspace) iteration: Golub and Van Loan, "Matrix Computations", 4th edition, section 7.3.2
/// (8.2.4 for the symmetric case). It finds the span of the leading eigenvectors of the covariance, not each of them;
/// what it has not parted after its rounds are directions of nearly equal variance, of which either will do for what
/// follows a rotation.</remarks>
static class PrincipalSubspace
{
    const int Rounds = 30;

    /// <summary>An orthonormal basis.</summary>
    /// <param name="centred">Rows of <paramref name="dimensions"/> numbers with mean 0.</param>
    /// <param name="dimensions">Length of a row.</param>
    /// <param name="axes">Vectors of the basis, 1 to <paramref name="dimensions"/>.</param>
    /// <param name="random">Of the start, and of directions in which nothing varies.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Row-major, <paramref name="axes"/> x <paramref name="dimensions"/>.</returns>
    public static float[] Find(ReadOnlySpan<float> centred, int dimensions, int axes, Random random, CancellationToken cancel)
    {
        var covariance = Covariance(centred, dimensions, cancel);
        var basis = Gaussian.Fill(new double[axes * dimensions], random);
        Orthonormalise(basis, dimensions, random);
        var next = new double[basis.Length];
        for (var round = 0; round < Rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            for (var axis = 0; axis < axes; axis++)
            {
                var row = basis.AsSpan(axis * dimensions, dimensions);
                for (var at = 0; at < dimensions; at++)
                {
                    next[axis * dimensions + at] = TensorPrimitives.Dot<double>(row, covariance.AsSpan(at * dimensions, dimensions));
                }
            }

            (basis, next) = (next, basis);
            Orthonormalise(basis, dimensions, random);
        }

        return Array.ConvertAll(basis, static number => (float)number);
    }

    /// <summary>Xᵀ X, not scaled.</summary>
    static double[] Covariance(ReadOnlySpan<float> rows, int dimensions, CancellationToken cancel)
    {
        const int Block = 256;
        var covariance = new double[dimensions * dimensions];
        var sums = new float[dimensions * dimensions];
        for (var start = 0; start < rows.Length; start += Block * dimensions)
        {
            cancel.ThrowIfCancellationRequested();
            var end = Math.Min(rows.Length, start + Block * dimensions);
            for (var at = start; at < end; at += dimensions)
            {
                var row = rows.Slice(at, dimensions);
                for (var i = 0; i < dimensions; i++)
                {
                    var sum = sums.AsSpan(i * dimensions + i, dimensions - i);
                    TensorPrimitives.MultiplyAdd(row[i..], row[i], sum, sum);
                }
            }

            for (var i = 0; i < dimensions; i++)
            {
                for (var j = i; j < dimensions; j++)
                {
                    covariance[i * dimensions + j] += sums[i * dimensions + j];
                }
            }

            Array.Clear(sums);
        }

        for (var i = 0; i < dimensions; i++)
        {
            for (var j = 0; j < i; j++)
            {
                covariance[i * dimensions + j] = covariance[j * dimensions + i];
            }
        }

        return covariance;
    }

    /// <summary>Gram and Schmidt, twice for each row (Golub and Van Loan, section 5.2.8). A row that vanishes is drawn
    /// anew.</summary>
    static void Orthonormalise(double[] basis, int dimensions, Random random)
    {
        for (var axis = 0; axis * dimensions < basis.Length; axis++)
        {
            var row = basis.AsSpan(axis * dimensions, dimensions);
            var length = TensorPrimitives.Norm<double>(row);
            var left = Reduce(basis, row, axis, dimensions, length);
            while (left == 0)
            {
                var drawn = Gaussian.Fill(new double[dimensions], random);
                drawn.CopyTo(row);
                left = Reduce(basis, row, axis, dimensions, TensorPrimitives.Norm<double>(row));
            }
        }
    }

    /// <summary>Takes the earlier rows out of a row and scales what is left to unit length; 0 where hardly anything
    /// is.</summary>
    static double Reduce(double[] basis, Span<double> row, int axis, int dimensions, double length)
    {
        if (length == 0)
        {
            return 0;
        }

        for (var pass = 0; pass < 2; pass++)
        {
            for (var earlier = 0; earlier < axis; earlier++)
            {
                var other = basis.AsSpan(earlier * dimensions, dimensions);
                TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot<double>(other, row), row, row);
            }
        }

        var left = TensorPrimitives.Norm<double>(row);
        if (left < 1e-10 * length)
        {
            return 0;
        }

        TensorPrimitives.Divide(row, left, row);
        return left;
    }
}
