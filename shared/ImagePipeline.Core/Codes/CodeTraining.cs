using System.Numerics.Tensors;

namespace ImagePipeline.Core.Codes;

/// <summary>A learned code.</summary>
/// <param name="Book">The planes.</param>
/// <param name="Errors">Mean squared distance of the rotated vectors from the corners they are rounded to, before the
/// first step and after each; it never rises.</param>
public sealed record TrainedCodes(CodeBook Book, IReadOnlyList<double> Errors);

/// <summary>Learns compact binary codes from vectors alone.</summary>
/// <remarks> Iterative quantisation: Gong and Lazebnik, "Iterative Quantization: A Procrustean Approach to Learning
/// Binary Codes" (CVPR 2011), section 3. The vectors, scaled to unit length, are centred and projected on their
/// principal subspace of as many dimensions as the code has bits; then a rotation R is sought in which they lie near
/// corners of a cube. In turns: the corners are the signs B of the rotated vectors; the rotation nearest to carrying
/// the vectors V to them is the orthogonal factor of Bᵀ V. Both steps can only lower the error. Distances of codes
/// follow the angles between vectors better than signs along the principal axes do, since the rotation spreads the
/// variance over the bits. <para>Deviation: the scale of the cube is left out of the error (it does not change which
/// rotation is best), and the subspace comes from subspace iteration (<see cref="PrincipalSubspace"/>).</para>
/// </remarks>
public static class CodeTraining
{
    /// <summary>Steps after which rotations hardly change; the paper takes 50.</summary>
    public const int UsualSteps = 30;

    /// <summary>Learns a code.</summary>
    /// <param name="vectors">Row after row, <paramref name="dimensions"/> numbers each; rows without direction are left
    /// out.</param>
    /// <param name="dimensions">Length of a vector.</param>
    /// <param name="bits">Bits of the code, 1 to <paramref name="dimensions"/>.</param>
    /// <param name="seed">Of the first subspace and rotation; equal input and seed give equal planes.</param>
    /// <param name="steps">Steps of the rotation.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ArgumentException">There are not more usable vectors than bits, or lengths do not
    /// fit.</exception>
    /// <remarks>For n vectors of d dimensions and b bits: n d² / 2 + 30 d² b + 2 n b² steps multiplications, and 4 n (d
    /// + b) bytes.</remarks>
    public static TrainedCodes Train(
        ReadOnlySpan<float> vectors, int dimensions, int bits, int seed, int steps = UsualSteps, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, dimensions);
        if (vectors.Length % dimensions != 0)
        {
            throw new ArgumentException($"Expected rows of {dimensions} numbers, got {vectors.Length} numbers.", nameof(vectors));
        }

        var centred = Unit(vectors, dimensions, out var rows);
        if (rows <= bits)
        {
            throw new ArgumentException($"{rows} usable vectors cannot teach a code of {bits} bits; give more than that.", nameof(vectors));
        }

        var mean = Centre(centred, dimensions, rows);
        var random = new Random(seed);
        var subspace = PrincipalSubspace.Find(centred.AsSpan(0, rows * dimensions), dimensions, bits, random, cancel);
        var projected = new float[rows * bits];
        for (var row = 0; row < rows; row++)
        {
            for (var axis = 0; axis < bits; axis++)
            {
                projected[row * bits + axis] = TensorPrimitives.Dot<float>(
                    centred.AsSpan(row * dimensions, dimensions), subspace.AsSpan(axis * dimensions, dimensions));
            }
        }

        var (rotation, errors) = Rotate(projected, bits, random, steps, cancel);
        return new(Book(rotation, subspace, mean, bits), errors);
    }

    static float[] Unit(ReadOnlySpan<float> vectors, int dimensions, out int rows)
    {
        var unit = new float[vectors.Length];
        rows = 0;
        for (var start = 0; start < vectors.Length; start += dimensions)
        {
            var vector = vectors.Slice(start, dimensions);
            var length = TensorPrimitives.Norm(vector);
            if (length > 0 && float.IsFinite(length))
            {
                TensorPrimitives.Divide(vector, length, unit.AsSpan(rows++ * dimensions, dimensions));
            }
        }

        return unit;
    }

    static float[] Centre(float[] vectors, int dimensions, int rows)
    {
        var sums = new double[dimensions];
        for (var at = 0; at < rows * dimensions; at++)
        {
            sums[at % dimensions] += vectors[at];
        }

        var mean = Array.ConvertAll(sums, sum => (float)(sum / rows));
        for (var row = 0; row < rows; row++)
        {
            var vector = vectors.AsSpan(row * dimensions, dimensions);
            TensorPrimitives.Subtract(vector, mean, vector);
        }

        return mean;
    }

    /// <summary>Turns corners and rotation in turns; the rotation's rows are what a bit looks along.</summary>
    static (float[] Rotation, List<double> Errors) Rotate(float[] projected, int bits, Random random, int steps, CancellationToken cancel)
    {
        var rotation = OrthogonalFactor.Of(Gaussian.Fill(new double[bits * bits], random), bits);
        var errors = new List<double>(steps + 1);
        for (var step = 0; ; step++)
        {
            cancel.ThrowIfCancellationRequested();
            var turned = Array.ConvertAll(rotation, static number => (float)number);
            var correlation = Correlate(projected, turned, bits, out var error);
            errors.Add(error);
            if (step == steps)
            {
                return (turned, errors);
            }

            // A trace of the last rotation keeps the matrix regular where the vectors span less than the code.
            var trace = 1e-6 * TensorPrimitives.Norm<double>(correlation) / Math.Sqrt(bits);
            TensorPrimitives.MultiplyAdd(rotation, trace, correlation, correlation);
            rotation = OrthogonalFactor.Of(correlation, bits);
        }
    }

    /// <summary>Bᵀ V for the corners B nearest to the rotated vectors, and their mean squared distance to
    /// them.</summary>
    static double[] Correlate(float[] projected, float[] rotation, int bits, out double error)
    {
        var sums = new float[bits * bits];
        var turned = new float[bits];
        var rows = projected.Length / bits;
        var (total, correlation) = (0.0, new double[bits * bits]);
        for (var row = 0; row < rows; row++)
        {
            var vector = projected.AsSpan(row * bits, bits);
            for (var bit = 0; bit < bits; bit++)
            {
                turned[bit] = TensorPrimitives.Dot<float>(rotation.AsSpan(bit * bits, bits), vector);
                var sum = sums.AsSpan(bit * bits, bits);
                if (turned[bit] > 0)
                {
                    TensorPrimitives.Add<float>(sum, vector, sum);
                }
                else
                {
                    TensorPrimitives.Subtract(sum, vector, sum);
                }

                var off = 1 - Math.Abs(turned[bit]);
                total += off * off;
            }

            // Sums of a few hundred rows lose little as floats; sums of all would.
            if (row % 256 == 255 || row == rows - 1)
            {
                for (var at = 0; at < sums.Length; at++)
                {
                    correlation[at] += sums[at];
                }

                Array.Clear(sums);
            }
        }

        error = total / rows;
        return correlation;
    }

    static CodeBook Book(float[] rotation, float[] subspace, float[] mean, int bits)
    {
        var dimensions = mean.Length;
        var planes = new float[bits * dimensions];
        var thresholds = new float[bits];
        for (var bit = 0; bit < bits; bit++)
        {
            var plane = planes.AsSpan(bit * dimensions, dimensions);
            for (var axis = 0; axis < bits; axis++)
            {
                TensorPrimitives.MultiplyAdd(subspace.AsSpan(axis * dimensions, dimensions), rotation[bit * bits + axis], plane, plane);
            }

            thresholds[bit] = TensorPrimitives.Dot<float>(plane, mean);
        }

        return new CodeBook(dimensions, planes, thresholds);
    }
}
