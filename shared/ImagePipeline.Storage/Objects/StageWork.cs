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
    public static async Task<Outcome<TResult>[]> RunAsync<TItem, TResult>(
        IReadOnlyList<TItem> items, Func<TItem, Guid> id, Func<TItem, CancellationToken, Task<Outcome<TResult>>> treat,
        int parallel, CancellationToken cancel)
        where TResult : class
    {
        var outcomes = new Outcome<TResult>[items.Count];
        await Parallel.ForAsync(0, items.Count, new ParallelOptions
        {
            MaxDegreeOfParallelism = parallel,
            CancellationToken = cancel,
        }, async (at, token) =>
        {
            try
            {
                outcomes[at] = await treat(items[at], token);
            }
#pragma warning disable CA1031 // One image, whatever is wrong with it or with our code for it, must not take its neighbours along.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                outcomes[at] = Outcome.Failed<TResult>(
                    id(items[at]), FailureReason.Of(fault) ?? FailureReason.InternalError, fault.Message);
            }
        });
        return outcomes;
    }
}
