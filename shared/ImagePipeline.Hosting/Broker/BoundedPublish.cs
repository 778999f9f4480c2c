namespace ImagePipeline.Hosting.Broker;

/// <summary>A publish waits for the broker's confirmation, and while the broker is away it waits for the broker: here it ends.</summary>
public static class BoundedPublish
{
    /// <summary>Longest wait for the confirmations of one chunk.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Messages of this process that wait for confirmation at the same time. RabbitMQ's client lets 128 wait per channel, and from the 65th
    /// on delays every publish by half a second and more; all publishers of a process may share a channel.
    /// </summary>
    const int Unconfirmed = 60;

    static readonly SemaphoreSlim Room = new(Unconfirmed);

    /// <summary>Publishes messages side by side, for at most <see cref="Limit"/> in all.</summary>
    /// <exception cref="TimeoutException">The broker did not confirm in time: a fault of the world, to be tried again.</exception>
    public static async Task RunAsync<T>(
        IReadOnlyCollection<T> messages, Func<T, CancellationToken, Task> publish, CancellationToken cancel)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limited.CancelAfter(Limit);
        var publishing = new List<Task>(messages.Count);
        try
        {
            foreach (var message in messages)
            {
                await Room.WaitAsync(limited.Token);
                publishing.Add(ConfirmAsync(message, publish, limited.Token));
            }

            await Task.WhenAll(publishing);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"the broker did not confirm messages within {Limit.TotalSeconds:0} s.");
        }
    }

    static async Task ConfirmAsync<T>(T message, Func<T, CancellationToken, Task> publish, CancellationToken cancel)
    {
        try
        {
            await publish(message, cancel);
        }
        finally
        {
            Room.Release();
        }
    }
}
