using System.Collections.Concurrent;

namespace ImagePipeline.Storage.Objects;

/// <summary>Treats the images of one batch side by side.</summary>
public static class StageWork
{
    /// <summary>
    /// Applies <paramref name="treat"/> to every item. A fault in one becomes that image's failure and leaves its neighbours alone; the
    /// work must not touch the database, whose faults concern the whole batch.
    /// </summary>
    /// <param name="items">The batch.</param>
    /// <param name="id">The image of an item.</param>
    /// <param name="treat">Reads and treats one; reports bad images as rejections.</param>
    /// <param name="parallel">Items under way at the same time.</param>
    /// <param name="cancel">Ends the batch.</param>
    /// <returns>One outcome per item, in the same order.</returns>
    /// <exception cref="StoreUnavailableException">A store did not answer for most of the items: it is down, and the batch is to be tried
    /// again. Where it answered for the others, an item without an answer is tried once more when they are done, and then fails as
    /// <see cref="FailureReason.Unavailable"/>: it stays to do, and one object that stalls does not hold its neighbours up for ever.</exception>
    public static async Task<Outcome<TResult>[]> RunAsync<TItem, TResult>(
        IReadOnlyList<TItem> items, Func<TItem, Guid> id, Func<TItem, CancellationToken, Task<Outcome<TResult>>> treat,
        int parallel, CancellationToken cancel)
        where TResult : class
    {
        var outcomes = new Outcome<TResult>[items.Count];
        var unanswered = await TreatAsync(Enumerable.Range(0, items.Count));
        if (2 * unanswered.Count > items.Count)
        {
            throw unanswered.Values.First();
        }

        unanswered = await TreatAsync(unanswered.Keys);
        foreach (var (at, fault) in unanswered)
        {
            outcomes[at] = Outcome.Failed<TResult>(id(items[at]), FailureReason.Unavailable, fault.Message);
        }

        return outcomes;

        async Task<ConcurrentDictionary<int, StoreUnavailableException>> TreatAsync(IEnumerable<int> positions)
        {
            var without = new ConcurrentDictionary<int, StoreUnavailableException>();
            await Parallel.ForEachAsync(positions, new ParallelOptions
            {
                MaxDegreeOfParallelism = parallel,
                CancellationToken = cancel,
            }, async (at, token) =>
            {
                try
                {
                    outcomes[at] = await treat(items[at], token);
                }
                catch (StoreUnavailableException fault)
                {
                    without[at] = fault;
                }
#pragma warning disable CA1031 // One image, whatever is wrong with it or with our code for it, must not take its neighbours along.
                catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
                {
                    outcomes[at] = Outcome.Failed<TResult>(
                        id(items[at]), FailureReason.Of(fault) ?? FailureReason.InternalError, fault.Message);
                }
            });
            return without;
        }
    }
}
