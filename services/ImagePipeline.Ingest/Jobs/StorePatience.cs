using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>Waits for a store that does not answer: longer each time, up to half a minute, and not for ever.</summary>
public sealed class StorePatience(IngestOptions options, TimeProvider clock)
{
    static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Tries until the store answers.</summary>
    /// <exception cref="StoreUnavailableException">It did not within <see cref="IngestOptions.Patience"/>.</exception>
    public async Task<T> TryAsync<T>(Func<Task<T>> attempt, CancellationToken cancel)
    {
        var begun = clock.GetTimestamp();
        for (var wait = First; ; wait = wait * 2 < Longest ? wait * 2 : Longest)
        {
            try
            {
                return await attempt();
            }
            catch (StoreUnavailableException) when (clock.GetElapsedTime(begun) + wait < options.Patience)
            {
                await Task.Delay(wait, clock, cancel);
            }
        }
    }
}
