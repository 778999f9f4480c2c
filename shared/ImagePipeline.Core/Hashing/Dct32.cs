namespace ImagePipeline.Core.Hashing;

/// <summary>
/// The unnormalised cosine transform (type II) of 32 values, X[k] = 2 sum x[n] cos(pi k (2 n + 1) / 64), with the very
/// roundings of <c>scipy.fftpack.dct</c>.
/// </summary>
/// <remarks>
/// pHash compares coefficients with their median, and in flat, symmetric and drawn pictures many of them would be
/// equal but for rounding: so the order of operations is part of the hash. It is that of pocketfft (mreineck/pocketfft,
/// pocketfft_hdronly.h: T_dcst23, rfftp with the factors 2, 4, 4), the library inside SciPy since 1.4: neighbours are
/// folded into the half-complex form of a real transform of the same length, which runs backwards in three passes,
/// and the halves are turned apart. Indices below are those of a pass over groups: (inner, factor, outer).
/// </remarks>
static class Dct32
{
    /// <summary>Number of values.</summary>
    public const int Length = 32;

    const double Sqrt2 = 1.4142135623730951;

    static readonly (double Cos, double Sin)[] Roots = UnitRoots(Length, Length / 2);
    static readonly double[] Turns = Array.ConvertAll(UnitRoots(4 * Length, Length + 1)[1..], root => root.Cos);

    /// <summary>Transforms in place.</summary>
    /// <param name="x">The 32 values.</param>
    public static void Run(Span<double> x)
    {
        Span<double> scratch = stackalloc double[Length];
        x[0] *= 2;
        x[Length - 1] *= 2;
        for (var k = 1; k < Length - 1; k += 2)
        {
            (x[k], x[k + 1]) = (x[k] + x[k + 1], x[k + 1] - x[k]);
        }

        PassOfTwo(x, scratch, 16, 1);
        PassOfFour(scratch, x, 4, 2);
        PassOfFour(x, scratch, 1, 8);
        scratch.CopyTo(x);
        for (int k = 1, mirror = Length - 1; k < Length / 2; k++, mirror--)
        {
            var sum = (Turns[k - 1] * x[mirror]) + (Turns[mirror - 1] * x[k]);
            var difference = (Turns[k - 1] * x[k]) - (Turns[mirror - 1] * x[mirror]);
            x[k] = 0.5 * (sum + difference);
            x[mirror] = 0.5 * (sum - difference);
        }

        x[Length / 2] *= Turns[(Length / 2) - 1];
    }

    static void PassOfTwo(ReadOnlySpan<double> x, Span<double> y, int inner, int outer)
    {
        for (var k = 0; k < outer; k++)
        {
            var a = x.Slice(inner * 2 * k, inner);
            var b = x.Slice(inner * ((2 * k) + 1), inner);
            var p = y.Slice(inner * k, inner);
            var q = y.Slice(inner * (k + outer), inner);
            (p[0], q[0]) = (a[0] + b[^1], a[0] - b[^1]);
            (p[^1], q[^1]) = (2 * a[^1], -2 * b[0]);
            for (var i = 2; i < inner; i += 2)
            {
                var mirror = inner - i;
                p[i - 1] = a[i - 1] + b[mirror - 1];
                p[i] = a[i] - b[mirror];
                Turn(Roots[outer * i / 2], a[i - 1] - b[mirror - 1], a[i] + b[mirror], q, i);
            }
        }
    }

    static void PassOfFour(ReadOnlySpan<double> x, Span<double> y, int inner, int outer)
    {
        for (var k = 0; k < outer; k++)
        {
            var a = x.Slice(inner * 4 * k, inner);
            var b = x.Slice(inner * ((4 * k) + 1), inner);
            var c = x.Slice(inner * ((4 * k) + 2), inner);
            var d = x.Slice(inner * ((4 * k) + 3), inner);
            var p = y.Slice(inner * k, inner);
            var q = y.Slice(inner * (k + outer), inner);
            var r = y.Slice(inner * (k + (2 * outer)), inner);
            var s = y.Slice(inner * (k + (3 * outer)), inner);
            (p[0], r[0]) = (a[0] + d[^1] + (2 * b[^1]), a[0] + d[^1] - (2 * b[^1]));
            (s[0], q[0]) = (a[0] - d[^1] + (2 * c[0]), a[0] - d[^1] - (2 * c[0]));
            if (inner % 2 == 0)
            {
                var real = a[^1] - c[^1];
                var imaginary = d[0] + b[0];
                p[^1] = 2 * (a[^1] + c[^1]);
                q[^1] = Sqrt2 * (real - imaginary);
                r[^1] = 2 * (d[0] - b[0]);
                s[^1] = -Sqrt2 * (real + imaginary);
            }

            for (var i = 2; i < inner; i += 2)
            {
                var mirror = inner - i;
                var (real1, real2) = (a[i - 1] - d[mirror - 1], a[i - 1] + d[mirror - 1]);
                var (real3, real4) = (c[i - 1] + b[mirror - 1], c[i] + b[mirror]);
                var (imaginary1, imaginary2) = (a[i] + d[mirror], a[i] - d[mirror]);
                var (imaginary3, imaginary4) = (c[i] - b[mirror], c[i - 1] - b[mirror - 1]);
                p[i - 1] = real2 + real3;
                p[i] = imaginary2 + imaginary3;
                Turn(Roots[outer * i / 2], real1 - real4, imaginary1 + imaginary4, q, i);
                Turn(Roots[outer * i], real2 - real3, imaginary2 - imaginary3, r, i);
                Turn(Roots[outer * 3 * i / 2], real1 + real4, imaginary1 - imaginary4, s, i);
            }
        }
    }

    /// <summary>Multiplies a complex number by a root of unity and stores it at i - 1 (real) and i
    /// (imaginary).</summary>
    static void Turn((double Cos, double Sin) root, double real, double imaginary, Span<double> target, int i)
    {
        target[i] = (root.Cos * imaginary) + (root.Sin * real);
        target[i - 1] = (root.Cos * real) - (root.Sin * imaginary);
    }

    /// <summary>The first roots of unity of order <paramref name="n"/>, each a product of two from short tables, as
    /// pocketfft's sincos_2pibyn makes them.</summary>
    static (double Cos, double Sin)[] UnitRoots(int n, int count)
    {
        var bits = 1;
        while ((1 << bits) * (1 << bits) < (n + 2) / 2)
        {
            bits++;
        }

        var roots = new (double Cos, double Sin)[count];
        for (var i = 0; i < count; i++)
        {
            var fine = UnitRoot(i & ((1 << bits) - 1), n);
            var coarse = UnitRoot(i >> bits << bits, n);
            roots[i] = (
                (fine.Cos * coarse.Cos) - (fine.Sin * coarse.Sin), (fine.Cos * coarse.Sin) + (fine.Sin * coarse.Cos));
        }

        return roots;
    }

    /// <summary>The i-th root of order n, i at most n / 2, from an angle of at most an eighth of a turn.</summary>
    static (double Cos, double Sin) UnitRoot(int i, int n)
    {
        var unit = 0.25 * Math.PI / n;
        var eighths = 8 * i;
        var past = eighths < 2 * n ? eighths : eighths - (2 * n);
        var (cos, sin) = past < n
            ? (Math.Cos(past * unit), Math.Sin(past * unit))
            : (Math.Sin(((2 * n) - past) * unit), Math.Cos(((2 * n) - past) * unit));
        return eighths < 2 * n ? (cos, sin) : (-sin, cos);
    }
}
