using ImagePipeline.Core.Hashing;
using ImagePipeline.Storage;

namespace ImagePipeline.Clusterer;

/// <summary>Keeps the index in step with the database, where other processes write too. Of any two copies, the one that is related later is
/// thus compared with the earlier, wherever that was done.</summary>
public sealed class PdqIndexLoader(HashStore hashes) : IDisposable
{
    readonly SemaphoreSlim _gate = new(1);
    readonly PdqIndex _index = new();
    ulong _horizon;

    /// <summary>The index with every hash that is stored by now.</summary>
    public async Task<PdqIndex> CatchUpAsync(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            _horizon = await hashes.FollowAsync(
                ImageHasher.Algorithm, _horizon,
                row => _index.Add(new IndexedPicture(row.ImageId, row.Pdq, row.Quality, row.WidthPx, row.HeightPx)), cancel);
            return _index;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();
}
