namespace ImagePipeline.Search;

/// <summary>Tells whoever computes runs in this process that one waits. In a fleet nobody does: its clusterer looks at the database now and
/// then.</summary>
public sealed class WaitingClusterRuns : IDisposable
{
    readonly SemaphoreSlim _told = new(0, 1);

    /// <summary>A run waits.</summary>
    public void Tell()
    {
        lock (_told)
        {
            if (_told.CurrentCount == 0)
            {
                _told.Release();
            }
        }
    }

    /// <summary>Waits until one does.</summary>
    /// <returns>False where none was told of within that time.</returns>
    public Task<bool> WaitAsync(TimeSpan longest, CancellationToken cancel) => _told.WaitAsync(longest, cancel);

    /// <inheritdoc/>
    public void Dispose() => _told.Dispose();
}
