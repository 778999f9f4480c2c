using ImagePipeline.Storage;

namespace ImagePipeline.Clusterer;

/// <summary>
/// Groups look-alikes when pairs have stopped coming, or have come for long enough. That there is something to do stands in the
/// database: whichever process looks first after a crash does it, and of several at a time one.
/// </summary>
public sealed class SimilarRegrouping(
    GroupStore store, DuplicateGroups groups, RegroupOptions options, TimeProvider time, ILogger<SimilarRegrouping> log)
    : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var quiet = TimeSpan.FromSeconds(options.QuietSeconds);
        var last = -1L;
        using var timer = new PeriodicTimer(quiet, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var state = await store.ReadSimilarStateAsync(stoppingToken);
                var due = state.Changes == last || state.Age >= TimeSpan.FromMinutes(options.MostMinutes);
                last = state.Changes;
                if (state.IsDirty && due && await groups.RegroupSimilarAsync(stoppingToken))
                {
                    log.SimilarGrouped(state.Changes);
                }
            }
#pragma warning disable CA1031 // The mark stands until it is done: the next round tries again.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                log.SimilarNotGrouped(fault.Message);
            }
        }
    }
}
