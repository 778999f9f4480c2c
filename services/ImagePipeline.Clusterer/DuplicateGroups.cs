using ImagePipeline.Core.Duplicates;
using ImagePipeline.Storage;

namespace ImagePipeline.Clusterer;

/// <summary>
/// Keeps the groups in step with the pairs: whatever is connected to a new pair is grouped anew, as stars around a representative.
/// The groups are a function of the pairs and the verdicts, so arrival order and repetition do not matter.
/// </summary>
public sealed class DuplicateGroups(DuplicateStore duplicates) : IDisposable
{
    readonly SemaphoreSlim _one = new(1);

    /// <summary>Regroups everything that <paramref name="edges"/> touch.</summary>
    public async Task RefreshAsync(IReadOnlyList<DuplicateEdge> edges, CancellationToken cancel)
    {
        foreach (var family in new[] { DuplicateFamily.Copy, DuplicateFamily.Similar })
        {
            var touched = edges.Where(edge => DuplicateFamily.Of(edge.Kind) == family)
                .SelectMany(edge => new[] { edge.A, edge.B }).Distinct().ToArray();
            if (touched.Length > 0)
            {
                await RefreshAsync(family, touched, cancel);
            }
        }
    }

    /// <summary>Regroups everything connected to <paramref name="imageIds"/>; for example after a verdict.</summary>
    public async Task RefreshAsync(string family, IReadOnlyList<Guid> imageIds, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            var component = await duplicates.ReadComponentAsync(family, imageIds, cancel);
            var stars = StarGroups.Build(component.Nodes, component.Edges);
            await duplicates.ReplaceGroupsAsync(family, component, stars, cancel);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();
}
