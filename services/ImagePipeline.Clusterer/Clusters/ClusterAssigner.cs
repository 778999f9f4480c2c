using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>
/// Has images that came after a run join its nearest cluster, or none where they lie beyond its radius. Which were looked at stands in the
/// database: a message that comes twice changes nothing, one that is lost is made up for by the next look.
/// </summary>
public sealed class ClusterAssigner(ClusterArrivals arrivals, VectorStore vectors) : IDisposable
{
    const int BlockRows = 512;
    const int SliceRows = 4096;

    readonly SemaphoreSlim _gate = new(1);
    readonly Dictionary<string, Targets> _targets = new(StringComparer.Ordinal);

    /// <summary>Has these images join; nothing where no run is active.</summary>
    /// <returns>How many had not, and of these how many are in no cluster.</returns>
    public async Task<(long Added, long Unassigned)> AssignAsync(string modelId, IReadOnlyCollection<Guid> ids, CancellationToken cancel)
    {
        if (await FindAsync(modelId, cancel) is not { } targets)
        {
            return default;
        }

        var block = new Block(targets);
        await foreach (var row in vectors.ReadAsync(modelId, ids, cancel))
        {
            block.Add(row);
        }

        return await arrivals.AddAsync(targets.RunId, block.End(), cancel);
    }

    /// <summary>Has images join the clusters of a run that is being computed: those that came after the run whose tree it cuts.</summary>
    internal async Task JoinAsync(ClusterRun run, IReadOnlyList<Guid> ids, CancellationToken cancel)
    {
        if (ids.Count == 0)
        {
            return;
        }

        var block = new Block(new Targets(run.RunId, splits: 0, await arrivals.ReadTargetsAsync(run.RunId, cancel)));
        foreach (var slice in ids.Chunk(SliceRows))
        {
            await foreach (var row in vectors.ReadAsync(run.ModelId, slice, cancel))
            {
                block.Add(row);
            }
        }

        await arrivals.AddAsync(run.RunId, block.End(), cancel);
    }

    /// <summary>Has all images join that were stored since the last look; nothing where no run is active.</summary>
    /// <returns>How many had not, and of these how many are in no cluster.</returns>
    public async Task<(long Added, long Unassigned)> CatchUpAsync(string modelId, CancellationToken cancel)
    {
        if (await FindAsync(modelId, cancel) is not { } targets)
        {
            return default;
        }

        // Vectors are compared as they are read; only where they belong is kept.
        var block = new Block(targets);
        var before = await arrivals.ReadHorizonAsync(targets.RunId, cancel);
        var horizon = await vectors.FollowAsync(modelId, before, block.Add, cancel);
        var joined = await arrivals.AddAsync(targets.RunId, block.End(), cancel);
        await arrivals.MoveHorizonAsync(targets.RunId, horizon, cancel);
        return joined;
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    async Task<Targets?> FindAsync(string modelId, CancellationToken cancel)
    {
        if (await arrivals.FindRunAsync(modelId, cancel) is not { } run)
        {
            return null;
        }

        await _gate.WaitAsync(cancel);
        try
        {
            if (_targets.GetValueOrDefault(modelId) is { } known && (known.RunId, known.Splits) == run)
            {
                return known;
            }

            var clusters = await arrivals.ReadTargetsAsync(run.RunId, cancel);
            return _targets[modelId] = new Targets(run.RunId, run.Splits, clusters);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The clusters of a run, ready to be compared with.</summary>
    sealed class Targets(int runId, long splits, IReadOnlyList<ClusterTarget> clusters)
    {
        public int RunId => runId;

        public long Splits => splits;

        public IReadOnlyList<ClusterTarget> Clusters => clusters;

        public NearestCentroid? Search { get; } = clusters.Count == 0 ? null : new NearestCentroid(
            new VectorMatrix(clusters.SelectMany(cluster => cluster.Centroid).ToArray(), clusters.Count, clusters[0].Centroid.Length),
            VectorMetric.Cosine);
    }

    /// <summary>Collects vectors and compares them block by block.</summary>
    sealed class Block(Targets targets)
    {
        readonly List<ClusterMember> _members = [];
        readonly List<VectorRow> _waiting = new(BlockRows);
        readonly int[] _labels = new int[BlockRows];
        readonly float[] _distances = new float[BlockRows];

        public void Add(VectorRow row)
        {
            if (targets.Search is null || !row.Vector.AsSpan().ContainsAnyExcept(0f))
            {
                _members.Add(new ClusterMember(row.ImageId, null, null));
                return;
            }

            _waiting.Add(row);
            if (_waiting.Count == BlockRows)
            {
                Compare();
            }
        }

        public List<ClusterMember> End()
        {
            Compare();
            return _members;
        }

        void Compare()
        {
            if (_waiting.Count == 0)
            {
                return;
            }

            var dimensions = targets.Search!.Centroids.Dimensions;
            var values = new float[_waiting.Count * dimensions];
            for (var i = 0; i < _waiting.Count; i++)
            {
                _waiting[i].Vector.CopyTo(values, i * dimensions);
            }

            targets.Search.Assign(
                new VectorMatrix(values, _waiting.Count, dimensions), _labels.AsMemory(0, _waiting.Count), _distances.AsMemory(0, _waiting.Count));
            for (var i = 0; i < _waiting.Count; i++)
            {
                var nearest = targets.Clusters[_labels[i]];
                _members.Add(new ClusterMember(
                    _waiting[i].ImageId, _distances[i] <= nearest.Radius ? nearest.Number : null, _distances[i]));
            }

            _waiting.Clear();
        }
    }
}
