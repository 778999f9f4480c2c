using ImagePipeline.Core.Hashing;
using ImagePipeline.Storage;

namespace ImagePipeline.Clusterer;

/// <summary>Builds the index from the database once, before the first batch.</summary>
public sealed class PdqIndexLoader(HashStore hashes) : IDisposable
{
    readonly SemaphoreSlim _gate = new(1);
    PdqIndex? _index;

    /// <summary>The index, loaded on the first call.</summary>
    public async Task<PdqIndex> GetAsync(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            if (_index is null)
            {
                var index = new PdqIndex();
                await foreach (var row in hashes.ReadPdqAsync(ImageHasher.Algorithm, cancel: cancel))
                {
                    index.Add(new IndexedPicture(row.ImageId, row.Pdq, row.Quality, row.WidthPx, row.HeightPx));
                }

                _index = index;
            }

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
