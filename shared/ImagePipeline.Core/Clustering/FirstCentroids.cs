using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>Chooses where k-means starts: vectors that are far from each other, by greedy k-means++.</summary>
/// <remarks>
/// Arthur and Vassilvitskii, "k-means++: The Advantages of Careful Seeding", SODA 2007, section 2.2: the next centroid is drawn with probability proportional to the squared distance
/// to those chosen; the best of 2 + ln(clusters), at most 8, draws is kept, as in scikit-learn. Beyond <see cref="LeastSample"/> vectors, or
/// <see cref="SampledPerCluster"/> for each cluster where that is more, a sample of that many is drawn first: the rounds that follow see
/// all vectors. Cost: 8 x sample x clusters x dimensions multiply-adds on one thread. Memory: the sample twice, and 40 bytes for each of its vectors.
/// </remarks>
public static class FirstCentroids
{
    /// <summary>The sample holds at least this many for each cluster.</summary>
    public const int SampledPerCluster = 32;

    /// <summary>No sample is smaller than this.</summary>
    public const int LeastSample = 16384;

    /// <summary>Chooses among the vectors.</summary>
    /// <param name="vectors">At least as many as clusters.</param>
    /// <param name="clusters">How many to choose.</param>
    /// <param name="metric">What counts as near; for Cosine the squared distance is twice the cosine distance.</param>
    /// <param name="seed">The same seed, the same choice.</param>
    /// <param name="cancel">Stops it; looked at before each choice.</param>
    /// <returns>Rows of <paramref name="vectors"/>, copied. Different rows, unless no more than that are different vectors.</returns>
    public static VectorMatrix Choose(
        VectorMatrix vectors, int clusters, VectorMetric metric, int seed, CancellationToken cancel = default)
    {
        if (clusters < 1 || clusters > vectors.Rows)
        {
            throw new ArgumentException($"{vectors.Rows} vectors cannot make {clusters} clusters.", nameof(clusters));
        }

        var random = new Random(seed);
        var rows = RowSample.Draw(vectors.Rows, (int)Math.Min(vectors.Rows, Math.Max(LeastSample, (long)SampledPerCluster * clusters)), random);
        var sample = Centred(vectors.Select(rows), metric);
        var lengths = new float[rows.Length];
        for (var i = 0; i < lengths.Length; i++)
        {
            lengths[i] = TensorPrimitives.SumOfSquares(sample[i]);
        }

        var halves = new float[lengths.Length];
        TensorPrimitives.Multiply(lengths, -0.5f, halves);
        var columns = new PackedVectors(sample, halves);
        var chosen = new List<int> { random.Next(rows.Length) };
        var nearest = new float[columns.Panels * DotTiles.Columns]; // squared distance to the nearest chosen one; 0 for columns filled up
        nearest.AsSpan(0, rows.Length).Fill(float.MaxValue);
        var trials = Math.Min(DotTiles.Rows, 2 + (int)Math.Log(clusters));
        var scratch = new float[DotTiles.Rows * nearest.Length];
        Try(sample, lengths, columns, [chosen[0]], nearest, scratch);
        scratch.AsSpan(0, nearest.Length).CopyTo(nearest);
        nearest[chosen[0]] = 0;
        var totals = new double[rows.Length];
        while (chosen.Count < clusters)
        {
            cancel.ThrowIfCancellationRequested();
            var drawn = DrawFar(nearest, totals, trials, random);
            var best = Try(sample, lengths, columns, drawn, nearest, scratch);
            scratch.AsSpan(best * nearest.Length, nearest.Length).CopyTo(nearest);
            nearest[drawn[best]] = 0;
            chosen.Add(drawn[best]);
        }

        return vectors.Select([.. chosen.Select(i => rows[i])]);
    }

    /// <summary>Distances between vectors do not change when all are moved; products lose less to rounding near the origin.</summary>
    static VectorMatrix Centred(VectorMatrix sample, VectorMetric metric)
    {
        var values = sample.Memory.ToArray();
        var mean = new float[sample.Dimensions];
        for (var i = 0; i < sample.Rows; i++)
        {
            var vector = values.AsSpan(i * sample.Dimensions, sample.Dimensions);
            if (metric == VectorMetric.Cosine)
            {
                Distances.NormalizeL2(vector);
            }

            TensorPrimitives.Add(mean, vector, mean);
        }

        TensorPrimitives.Divide(mean, sample.Rows, mean);
        for (var i = 0; i < sample.Rows; i++)
        {
            var vector = values.AsSpan(i * sample.Dimensions, sample.Dimensions);
            TensorPrimitives.Subtract(vector, mean, vector);
        }

        return new(values, sample.Rows, sample.Dimensions);
    }

    /// <summary>Draws rows with probability proportional to their squared distance; where all are zero, any.</summary>
    static int[] DrawFar(float[] nearest, double[] totals, int trials, Random random)
    {
        var total = 0.0;
        for (var i = 0; i < totals.Length; i++)
        {
            total += nearest[i];
            totals[i] = total;
        }

        var drawn = new int[trials];
        for (var t = 0; t < trials; t++)
        {
            var at = total > 0 ? Array.BinarySearch(totals, random.NextDouble() * total) : random.Next(totals.Length);
            at = Math.Min(at < 0 ? ~at : at, totals.Length - 1);
            // A search that hits a total exactly may stand on a row of weight zero.
            while (total > 0 && nearest[at] == 0)
            {
                at = (at + 1) % totals.Length;
            }

            drawn[t] = at;
        }

        return drawn;
    }

    /// <summary>What the squared distances to the nearest would be if each of these were chosen.</summary>
    /// <returns>Which leaves the smallest sum.</returns>
    static unsafe int Try(
        VectorMatrix sample, float[] lengths, PackedVectors columns, int[] drawn, float[] nearest, float[] scratch)
    {
        var sums = stackalloc double[DotTiles.Rows];
        var own = stackalloc float[DotTiles.Rows];
        for (var t = 0; t < drawn.Length; t++)
        {
            (sums[t], own[t]) = (0, lengths[drawn[t]]);
        }

        fixed (float* before = nearest, after = scratch)
        {
            var sink = new Shortened(own, before, after, nearest.Length, sums);
            DotTiles.Run(sample.Select(drawn), 0, drawn.Length, columns, ref sink);
        }

        return new ReadOnlySpan<double>(sums, drawn.Length).IndexOf(TensorPrimitives.Min<double>(new ReadOnlySpan<double>(sums, drawn.Length)));
    }

    /// <summary>The smaller of the squared distance to a candidate and of that before, and the sum of it.</summary>
    unsafe readonly struct Shortened(float* lengths, float* before, float* after, int stride, double* sums) : ITileSink
    {
        public void Accept(int row, int rows, int column, float* tile)
        {
            for (var r = 0; r < rows; r++, tile += DotTiles.Columns)
            {
                var sum = Vector512<float>.Zero;
                for (var c = 0; c < DotTiles.Columns; c += Vector512<float>.Count)
                {
                    var distance = Vector512.Max(
                        Vector512<float>.Zero, Vector512.Create(lengths[row + r]) - 2 * Vector512.Load(tile + c));
                    var least = Vector512.Min(distance, Vector512.Load(before + column + c));
                    least.Store(after + (nint)(row + r) * stride + column + c);
                    sum += least;
                }

                sums[row + r] += Vector512.Sum(sum);
            }
        }
    }
}
