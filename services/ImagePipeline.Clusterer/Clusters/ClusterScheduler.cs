using ImagePipeline.Contracts;
using ImagePipeline.Storage;
using MassTransit;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>Looks after the clusters in a fleet, now and then, and at once when a run is asked for. That there is
/// something to do stands in the database: whichever process looks first after a crash does it, and of several at a
/// time one.</summary>
public sealed class ClusterScheduler(
    ClusterUpkeep upkeep, IBus bus, ClusterOptions options, TimeProvider time, ILogger<ClusterScheduler> log) : BackgroundService
{
    readonly SemaphoreSlim _wanted = new(0, 1);

    /// <summary>Has it look without waiting for its time.</summary>
    public void LookSoon()
    {
        lock (_wanted)
        {
            if (_wanted.CurrentCount == 0)
            {
                _wanted.Release();
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _wanted.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = TimeSpan.FromSeconds(options.CheckSeconds);
        await using var timer = time.CreateTimer(_ => LookSoon(), null, interval, interval);
        while (true)
        {
            await _wanted.WaitAsync(stoppingToken);
            try
            {
                await LookAsync(stoppingToken);
            }
#pragma warning disable CA1031 // The database is away, or a run failed and says so itself: the next look finds what is to do.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                log.UpkeepFailed(fault.Message);
            }
        }
    }

    async Task LookAsync(CancellationToken cancel)
    {
        var report = await upkeep.LookAsync(progress: null, cancel);
        if (report.Arrived > 0)
        {
            log.ArrivalsFound(report.Arrived, report.Unassigned);
        }

        foreach (var run in report.Runs)
        {
            await bus.Publish(
                new ClustersComputed
                {
                    RunId = run.RunId,
                    RequestId = run.RequestId,
                    ModelId = run.ModelId,
                    State = run.State.ToSql(),
                    Active = run.IsActive,
                    Images = run.Images,
                    Clusters = run.Clusters,
                    Unassigned = run.Unassigned,
                },
                cancel);
        }
    }
}
