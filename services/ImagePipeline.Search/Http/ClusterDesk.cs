using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Search.Http;

/// <summary>Changes clusters of the active run and says what held before.</summary>
sealed class ClusterDesk(ClusterRunStore runs, ActiveModelStore models, ClusterReader reader, ClusterArrangements arrangements)
{
    /// <summary>Makes a change.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="numbers">Clusters that it is about.</param>
    /// <param name="change">Makes it, given these as they are shown; returns a problem where it is none that can be.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<IResult> ChangeAsync(
        int runId, IReadOnlyList<int> numbers, Func<IReadOnlyList<ShownCluster>, Task<IResult?>> change, CancellationToken cancel)
    {
        if (await ClusterEndpoints.ActiveAsync(runs, models, cancel) is not { } active || active.RunId != runId)
        {
            return await runs.FindAsync(runId, cancel) is null
                ? Problems.Of(StatusCodes.Status404NotFound, $"there is no run {runId}.")
                : Problems.Of(StatusCodes.Status409Conflict, $"run {runId} is not the active one any more; load the clusters again.");
        }

        var shown = await FindAsync(runId, numbers, cancel);
        if (shown.Count < numbers.Count)
        {
            return ClusterEndpoints.NoCluster(numbers[shown.Count]);
        }

        var before = await arrangements.ReadAsync(runId, [.. shown.Select(cluster => cluster.Number)], cancel);
        if (await change(shown) is { } problem)
        {
            return problem;
        }

        var now = (await FindAsync(runId, numbers, cancel)).DistinctBy(cluster => cluster.Number).ToArray();
        return Results.Ok(new ClusterChange(
            ArrangementOrder.Of(before), await ClusterEndpoints.AnswersAsync(reader, runId, now, cancel)));
    }

    /// <summary>The clusters that hold these numbers, in their order, up to the first that none holds.</summary>
    async Task<IReadOnlyList<ShownCluster>> FindAsync(int runId, IReadOnlyList<int> numbers, CancellationToken cancel)
    {
        var all = (await reader.ListAsync(runId, cancel))
            .SelectMany(cluster => cluster.Parts.Prepend(cluster.Number).Select(number => (number, cluster)))
            .ToDictionary(pair => pair.number, pair => pair.cluster);
        return [.. numbers.TakeWhile(all.ContainsKey).Select(number => all[number])];
    }
}
