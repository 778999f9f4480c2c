using ImagePipeline.Core.Codes;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Tests.Codes;

/// <summary>Learned codes: against plain versions of each step, and what must hold of any.</summary>
public class CodeTrainingTests
{
    const int Dimensions = 24;
    const int Bits = 16;

    [Fact]
    public void The_error_never_rises_and_falls_well_below_that_of_a_random_rotation()
    {
        var trained = CodeTraining.Train(Clustered(1_000, Dimensions, seed: 1), Dimensions, Bits, seed: 7);

        Assert.Equal(CodeTraining.UsualSteps + 1, trained.Errors.Count);
        // Rounded to floats between steps, hence the allowance.
        Assert.All(trained.Errors.Zip(trained.Errors.Skip(1)), static pair => Assert.True(pair.Second <= pair.First + 1e-5));
        Assert.True(trained.Errors[^1] < trained.Errors[0] - 0.01, $"{trained.Errors[0]} to {trained.Errors[^1]}");
    }

    [Fact]
    public void Planes_are_orthonormal()
    {
        var book = CodeTraining.Train(Clustered(1_000, Dimensions, seed: 2), Dimensions, Bits, seed: 7).Book;

        for (var a = 0; a < Bits; a++)
        {
            for (var b = 0; b <= a; b++)
            {
                Assert.Equal(a == b ? 1 : 0, Dot(book.Plane(a), book.Plane(b)), 1e-4);
            }
        }
    }

    [Fact]
    public void Equal_input_and_seed_give_equal_planes_and_the_input_is_left_as_it_was()
    {
        var vectors = Clustered(300, Dimensions, seed: 3);
        var before = vectors.ToArray();

        var (one, other) = (CodeTraining.Train(vectors, Dimensions, 8, seed: 5).Book, CodeTraining.Train(vectors, Dimensions, 8, seed: 5).Book);

        Assert.Equal(before, vectors);
        for (var bit = 0; bit < 8; bit++)
        {
            Assert.Equal(one.Plane(bit), other.Plane(bit));
            Assert.Equal(one.Threshold(bit), other.Threshold(bit));
        }
    }

    [Fact]
    public void The_subspace_holds_the_variance_of_the_leading_eigenvectors()
    {
        var vectors = Clustered(800, Dimensions, seed: 4);
        var centred = NaiveCentred(vectors);
        var naive = NaiveEigenvalues(NaiveCovariance(centred));

        var basis = PrincipalSubspace.Find(centred, Dimensions, Bits, new Random(1), CancellationToken.None);

        var held = Enumerable.Range(0, Bits).Sum(axis => Variance(centred, basis.AsSpan(axis * Dimensions, Dimensions)));
        Assert.InRange(held, 0.99 * naive.Take(Bits).Sum(), 1.0001 * naive.Take(Bits).Sum());
    }

    [Fact]
    public void Vectors_that_span_less_than_the_code_still_teach_one()
    {
        var vectors = Clustered(200, Dimensions, seed: 5);
        for (var at = 0; at < vectors.Length; at++)
        {
            vectors[at] = at % Dimensions < 5 ? vectors[at] : 0;
        }

        var trained = CodeTraining.Train(vectors, Dimensions, Bits, seed: 1);

        Assert.All(trained.Errors, static error => Assert.True(double.IsFinite(error)));
        Assert.Equal(1, Dot(trained.Book.Plane(Bits - 1), trained.Book.Plane(Bits - 1)), 1e-4);
    }

    [Fact]
    public void The_orthogonal_factor_is_orthogonal_and_of_all_rotations_tried_the_nearest()
    {
        const int edge = 6;
        var random = new Random(9);
        var matrix = Gaussian.Fill(new double[edge * edge], random);

        var factor = OrthogonalFactor.Of(matrix, edge);

        for (var i = 0; i < edge; i++)
        {
            for (var j = 0; j < edge; j++)
            {
                Assert.Equal(i == j ? 1 : 0, Enumerable.Range(0, edge).Sum(k => factor[i * edge + k] * factor[j * edge + k]), 1e-10);
            }
        }

        var fit = Trace(factor, matrix);
        for (var trial = 0; trial < 200; trial++)
        {
            Assert.True(Trace(OrthogonalFactor.Of(Gaussian.Fill(new double[edge * edge], random), edge), matrix) <= fit);
        }
    }

    [Fact]
    public void Codes_are_those_of_a_plain_loop_and_do_not_care_for_length()
    {
        var vectors = Clustered(400, Dimensions, seed: 6);
        var book = CodeTraining.Train(vectors, Dimensions, Bits, seed: 3).Book;
        var (code, scaled) = (new ulong[book.Words], new ulong[book.Words]);
        for (var row = 0; row < 50; row++)
        {
            var vector = vectors.AsSpan(row * Dimensions, Dimensions).ToArray();

            book.Encode(vector, code);
            book.Encode(Array.ConvertAll(vector, static number => number * 4), scaled);

            Assert.Equal(code, scaled);
            for (var bit = 0; bit < Bits; bit++)
            {
                var product = Dot(book.Plane(bit), vector) / Math.Sqrt(Dot(vector, vector)) - book.Threshold(bit);
                // On the plane itself either side will do.
                Assert.True(Math.Abs(product) < 1e-6 || product > 0 == ((code[bit >> 6] >> (63 - (bit & 63)) & 1) == 1));
            }
        }
    }

    [Fact]
    public void Nearest_by_code_are_more_often_the_nearest_by_angle_than_with_random_planes_of_as_many_bits()
    {
        const int rows = 2_000, bits = 48, dimensions = 96, asked = 40;
        var vectors = Anisotropic(rows, dimensions, seed: 8);
        var learned = CodeTraining.Train(vectors, dimensions, bits, seed: 1).Book;
        var random = new CodeBook(
            dimensions, Array.ConvertAll(Gaussian.Fill(new double[bits * dimensions], new Random(4)), static number => (float)number), new float[bits]);

        var (byLearned, byRandom) = (Recall(vectors, dimensions, learned, asked), Recall(vectors, dimensions, random, asked));

        Assert.True(byLearned > byRandom + 0.05, $"learned {byLearned}, random {byRandom}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(25)]
    public void More_bits_than_dimensions_and_none_are_refused(int bits) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CodeTraining.Train(Clustered(50, Dimensions, 1), Dimensions, bits, seed: 1));

    [Fact]
    public void Fewer_usable_vectors_than_bits_are_refused() =>
        Assert.Throws<ArgumentException>(() => CodeTraining.Train(new float[40 * Dimensions], Dimensions, Bits, seed: 1));

    /// <summary>Share of the 10 nearest by angle among the 20 nearest by code.</summary>
    static double Recall(float[] vectors, int dimensions, CodeBook book, int asked)
    {
        var rows = vectors.Length / dimensions;
        var codes = new ulong[rows][];
        for (var row = 0; row < rows; row++)
        {
            book.Encode(vectors.AsSpan(row * dimensions, dimensions), codes[row] = new ulong[book.Words]);
        }

        var found = 0;
        for (var query = 0; query < asked; query++)
        {
            var near = Enumerable.Range(0, rows).OrderBy(row => Distances.Cosine(
                vectors.AsSpan(query * dimensions, dimensions), vectors.AsSpan(row * dimensions, dimensions))).Take(10);
            found += near.Intersect(Enumerable.Range(0, rows).OrderBy(row => CodeBook.Distance(codes[query], codes[row])).Take(20)).Count();
        }

        return found / (10.0 * asked);
    }

    /// <summary>Vectors around 20 centres, of which a few directions vary most, as embeddings do.</summary>
    static float[] Clustered(int rows, int dimensions, int seed)
    {
        var random = new Random(seed);
        var centres = Gaussian.Fill(new double[20 * dimensions], random);
        var vectors = new float[rows * dimensions];
        var noise = Gaussian.Fill(new double[vectors.Length], random);
        for (var at = 0; at < vectors.Length; at++)
        {
            var axis = at % dimensions;
            vectors[at] = (float)((centres[at / dimensions % 20 * dimensions + axis] + 0.6 * noise[at]) / Math.Sqrt(1 + axis) + 0.2);
        }

        return vectors;
    }

    /// <summary>Vectors that share a direction and vary in a few others, as those of networks do.</summary>
    static float[] Anisotropic(int rows, int dimensions, int seed)
    {
        var noise = Gaussian.Fill(new double[rows * dimensions], new Random(seed));
        return [.. noise.Select((number, at) => (float)(number / (1 + at % dimensions / 8.0) + 0.4))];
    }

    static float[] NaiveCentred(float[] vectors)
    {
        var rows = vectors.Length / Dimensions;
        return [.. vectors.Select((number, at) =>
            number - Enumerable.Range(0, rows).Average(row => vectors[row * Dimensions + at % Dimensions]))];
    }

    static double[,] NaiveCovariance(float[] centred)
    {
        var covariance = new double[Dimensions, Dimensions];
        for (var i = 0; i < Dimensions; i++)
        {
            for (var j = 0; j < Dimensions; j++)
            {
                for (var row = 0; row < centred.Length; row += Dimensions)
                {
                    covariance[i, j] += (double)centred[row + i] * centred[row + j];
                }
            }
        }

        return covariance;
    }

    /// <summary>Jacobi's rotations until nothing is left off the diagonal; largest first.</summary>
    static double[] NaiveEigenvalues(double[,] matrix)
    {
        for (var sweep = 0; sweep < 30; sweep++)
        {
            for (var p = 0; p < Dimensions; p++)
            {
                for (var q = p + 1; q < Dimensions; q++)
                {
                    var angle = 0.5 * Math.Atan2(2 * matrix[p, q], matrix[q, q] - matrix[p, p]);
                    var (sin, cos) = Math.SinCos(angle);
                    for (var k = 0; k < Dimensions; k++)
                    {
                        (matrix[k, p], matrix[k, q]) = (cos * matrix[k, p] - sin * matrix[k, q], sin * matrix[k, p] + cos * matrix[k, q]);
                    }

                    for (var k = 0; k < Dimensions; k++)
                    {
                        (matrix[p, k], matrix[q, k]) = (cos * matrix[p, k] - sin * matrix[q, k], sin * matrix[p, k] + cos * matrix[q, k]);
                    }
                }
            }
        }

        return [.. Enumerable.Range(0, Dimensions).Select(at => matrix[at, at]).OrderDescending()];
    }

    static double Variance(float[] centred, ReadOnlySpan<float> axis)
    {
        var sum = 0.0;
        for (var row = 0; row < centred.Length; row += Dimensions)
        {
            var along = Dot(centred.AsSpan(row, Dimensions), axis);
            sum += along * along;
        }

        return sum;
    }

    static double Trace(double[] a, double[] b) => a.Zip(b).Sum(static pair => pair.First * pair.Second);

    static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var at = 0; at < a.Length; at++)
        {
            sum += (double)a[at] * b[at];
        }

        return sum;
    }
}
