using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>What a look found to do.</summary>
/// <param name="Arrived">Images that joined a cluster or none.</param>
/// <param name="Unassigned">Of these, those in none.</param>
/// <param name="Runs">Runs that were computed.</param>
public sealed record ClusterUpkeepReport(long Arrived, long Unassigned, IReadOnlyList<ClusterRun> Runs);

/// <summary>Keeps clusters fresh: computes runs that people asked for, has arrivals join that no message told of, and
/// computes a run of all images when one is due. Safe to do in several processes at once.</summary>
public sealed class ClusterUpkeep(
    ClusterRunner runner, ClusterAssigner assigner, ClusterRunStore runs, ClusterArrivals arrivals, ClusterImages images,
    ActiveModelStore models, ClusterOptions options, TimeProvider time)
{
    /// <summary>Looks once.</summary>
    /// <param name="progress">Told how far a run is.</param>
    /// <param name="cancel">Gives up the run that is computed.</param>
    public async Task<ClusterUpkeepReport> LookAsync(IProgress<ClusterProgress>? progress, CancellationToken cancel)
    {
        var computed = new List<ClusterRun>(await runner.RunWaitingAsync(progress, cancel));
        var (arrived, unassigned) = await CatchUpAsync(cancel);
        if (await models.FindAsync(cancel) is { } model
            && await runner.RunDueAsync(model.ModelId, token => DueAsync(model.ModelId, token), progress, cancel) is { } run)
        {
            computed.Add(run);
            var late = await CatchUpAsync(cancel);
            (arrived, unassigned) = (arrived + late.Added, unassigned + late.Unassigned);
        }

        return new ClusterUpkeepReport(arrived, unassigned, computed);
    }

    /// <summary>Has all images join that came since the active runs.</summary>
    public async Task<(long Added, long Unassigned)> CatchUpAsync(CancellationToken cancel)
    {
        var (added, unassigned) = (0L, 0L);
        foreach (var modelId in await arrivals.ListModelsAsync(cancel))
        {
            var joined = await assigner.CatchUpAsync(modelId, cancel);
            (added, unassigned) = (added + joined.Added, unassigned + joined.Unassigned);
        }

        return (added, unassigned);
    }

    /// <summary>Why a run of a model is due, in words; null where none is.</summary>
    public async Task<string?> DueAsync(string modelId, CancellationToken cancel)
    {
        var (active, latest) = (await runs.FindActiveAsync(modelId, cancel), await runs.FindLatestAsync(modelId, cancel));
        // Counting all images takes seconds where there are many. The active run has counted them, and arrivals since.
        var known = active is not null && ClusterSettings.Parse(active.ParametersJson).Where is null;
        var count = known ? active!.Images + active.Arrived : await images.CountAsync(modelId, cancel);
        return new ClusterDue(count, active, latest?.StartedAt).Reason(options, time.GetUtcNow());
    }
}
