namespace ImagePipeline.Hosting.Broker;

/// <summary>A publish waits for the broker's confirmation, and while the broker is away it waits for the broker: here it ends.</summary>
public static class BoundedPublish
{
    /// <summary>Longest wait for the confirmations of one chunk.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Runs <paramref name="publish"/> for at most <see cref="Limit"/>.</summary>
    /// <exception cref="TimeoutException">The broker did not confirm in time: a fault of the world, to be tried again.</exception>
    public static async Task RunAsync(Func<CancellationToken, Task> publish, CancellationToken cancel)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limited.CancelAfter(Limit);
        try
        {
            await publish(limited.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"the broker did not confirm messages within {Limit.TotalSeconds:0} s.");
        }
    }
}
