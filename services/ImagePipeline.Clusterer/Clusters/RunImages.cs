using System.Numerics.Tensors;
using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;
using ImagePipeline.Storage;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>The images of a run: those that the method sees, with their vectors, and the others, which join the nearest
/// cluster as they are read. Memory: the vectors of the sample, and 24 bytes for each image.</summary>
sealed class RunImages(int dimensions)
{
    const int BlockRows = 2048;

    readonly List<Guid> _ids = [];
    readonly List<int> _labels = [];
    readonly List<float> _distances = [];

    /// <summary>Ids, the sample first.</summary>
    public IReadOnlyList<Guid> Ids => _ids;

    /// <summary>The cluster of each, below 0 for none.</summary>
    public List<int> Labels => _labels;

    /// <summary>Cosine distance of each to its centroid, or to the nearest.</summary>
    public List<float> Distances => _distances;

    /// <summary>Images whose vector is zero: it has no direction, so that nothing is like them.</summary>
    public List<Guid> Blank { get; } = [];

    /// <summary>Vectors of the sample, of length 1, in the order of <see cref="Ids"/>.</summary>
    public VectorMatrix Sample { get; private set; }

    /// <summary>Reads the sample.</summary>
    /// <param name="rows">The images.</param>
    /// <param name="limit">Most that the method sees.</param>
    /// <param name="expected">How many there are, about.</param>
    /// <param name="report">Told how many were read.</param>
    /// <returns>Whether there are more.</returns>
    public async Task<bool> ReadSampleAsync(IAsyncEnumerator<VectorRow> rows, int limit, long expected, Action<long> report)
    {
        var values = new float[Math.Max(1, Math.Min(limit, expected)) * dimensions];
        var more = true;
        while (_ids.Count < limit && (more = await rows.MoveNextAsync()))
        {
            if (values.Length < (_ids.Count + 1) * (long)dimensions)
            {
                Array.Resize(ref values, checked((int)Math.Min((long)limit * dimensions, 2L * values.Length)));
            }

            if (Add(rows.Current, values.AsSpan(_ids.Count * dimensions, dimensions)) && _ids.Count % BlockRows == 0)
            {
                report(_ids.Count);
            }
        }

        Sample = new VectorMatrix(values.AsMemory(0, _ids.Count * dimensions), _ids.Count, dimensions);
        return more;
    }

    /// <summary>Takes over what the method found.</summary>
    public void Take(Fit fit)
    {
        _labels.AddRange(fit.Labels);
        _distances.AddRange(fit.Distances);
    }

    /// <summary>Reads the images beyond the sample and has them join the nearest cluster, or that of the nearest group.</summary>
    /// <param name="rows">Where the sample ended.</param>
    /// <param name="search">The clusters.</param>
    /// <param name="groups">The groups; null where images were not grouped in two levels.</param>
    /// <param name="radii">Distance within which images join each; null for any.</param>
    /// <param name="report">Told how many images were read.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task AssignRestAsync(
        IAsyncEnumerator<VectorRow> rows, NearestCentroid search, FitGroups? groups, float[]? radii, Action<long> report,
        CancellationToken cancel)
    {
        var block = new float[BlockRows * dimensions];
        var (labels, distances) = (new int[BlockRows], new float[BlockRows]);
        for (var filled = BlockRows; filled == BlockRows;)
        {
            filled = 0;
            while (filled < BlockRows && await rows.MoveNextAsync())
            {
                filled += Add(rows.Current, block.AsSpan(filled * dimensions, dimensions)) ? 1 : 0;
            }

            var vectors = new VectorMatrix(block.AsMemory(0, filled * dimensions), filled, dimensions);
            if (groups is null)
            {
                search.Assign(vectors, labels.AsMemory(0, filled), distances.AsMemory(0, filled), Environment.ProcessorCount, cancel);
            }
            else
            {
                groups.Assign(vectors, search.Centroids, labels.AsMemory(0, filled), distances.AsMemory(0, filled), cancel);
            }

            for (var i = 0; i < filled; i++)
            {
                _labels.Add(radii is not null && distances[i] > radii[labels[i]] ? -1 : labels[i]);
                _distances.Add(distances[i]);
            }

            report(_ids.Count);
        }
    }

    bool Add(VectorRow row, Span<float> unit)
    {
        var length = TensorPrimitives.Norm<float>(row.Vector);
        if (length == 0)
        {
            Blank.Add(row.ImageId);
            return false;
        }

        TensorPrimitives.Divide(row.Vector, length, unit);
        _ids.Add(row.ImageId);
        return true;
    }
}
