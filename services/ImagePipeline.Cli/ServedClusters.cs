using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Search;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImagePipeline.Cli;

/// <summary>Computes the runs that are ordered from the page that this process serves, where no other process does.</summary>
sealed class ServedClusters(WaitingClusterRuns waiting, ClusterRunner runner, ClusterUpkeep upkeep, ILogger<ServedClusters> log)
    : BackgroundService
{
    /// <summary>Another process may have been at a run of its own when one was ordered.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await waiting.WaitAsync(LongestWait, stoppingToken);
            try
            {
                if ((await runner.RunWaitingAsync(progress: null, stoppingToken)).Count > 0)
                {
                    // What came while it was computed.
                    await upkeep.CatchUpAsync(stoppingToken);
                }
            }
#pragma warning disable CA1031 // The database is away, or a run failed and says so itself: the page goes on, and the next look finds what is to do.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                log.ServedClustersFailed(fault.Message);
            }
        }
    }
}
