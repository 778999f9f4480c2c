using ImagePipeline.Hosting;

namespace ImagePipeline.Cli.Embedded;

/// <summary>Work that must not wait for a message which failed for good.</summary>
static class FaultGuard
{
    /// <summary>Does the work to its end, or until the first fault of a stage.</summary>
    /// <exception cref="StageFaultException">A stage could not go on; the work was stopped.</exception>
    public static async Task RunAsync(this FaultWatch faults, Func<CancellationToken, Task> work, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var working = work(stop.Token);
        if (await Task.WhenAny(working, faults.FirstFault) != working)
        {
            await stop.CancelAsync();
            await working.ContinueWith(_ => { }, TaskScheduler.Default);
            throw new StageFaultException(await faults.FirstFault);
        }

        await working;
    }
}
