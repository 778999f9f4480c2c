using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>A random sample of vectors that come block by block, of which it is not known how many will come.</summary>
/// <remarks>
/// Vitter, "Random sampling with a reservoir", ACM TOMS 1985, algorithm R: after any number of vectors each of them is in the sample with the
/// same probability. With <see cref="KMeans"/> on the sample and <see cref="NearestCentroid"/> over a second pass of blocks, millions of vectors are grouped
/// at the memory of the sample. Memory: capacity x dimensions x 4 bytes.
/// </remarks>
public sealed class VectorReservoir
{
    readonly float[] _values;
    readonly int _capacity;
    readonly int _dimensions;
    readonly Random _random;

    /// <summary>Starts empty.</summary>
    /// <param name="capacity">Most vectors to keep, at least 1. For k-means, 256 for each cluster come within 2 % of the inertia of all.</param>
    /// <param name="dimensions">Numbers of a vector.</param>
    /// <param name="seed">The same seed and order of vectors, the same sample.</param>
    public VectorReservoir(int capacity, int dimensions, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        _values = new float[checked(capacity * dimensions)];
        _capacity = capacity;
        _dimensions = dimensions;
        _random = new(seed);
    }

    /// <summary>How many vectors came.</summary>
    public long Seen { get; private set; }

    /// <summary>The sample; a view that later blocks change.</summary>
    public VectorMatrix Vectors
    {
        get
        {
            var kept = (int)Math.Min(Seen, _capacity);
            return new(_values.AsMemory(0, kept * _dimensions), kept, _dimensions);
        }
    }

    /// <summary>Takes a block.</summary>
    /// <param name="block">Vectors of the dimensions given.</param>
    public void Add(VectorMatrix block)
    {
        if (block.Dimensions != _dimensions)
        {
            throw new ArgumentException($"Expected {_dimensions} dimensions, got {block.Dimensions}.", nameof(block));
        }

        for (var row = 0; row < block.Rows; row++)
        {
            var at = Seen < _capacity ? Seen : _random.NextInt64(Seen + 1);
            Seen++;
            if (at < _capacity)
            {
                block[row].CopyTo(_values.AsSpan((int)at * _dimensions));
            }
        }
    }
}
