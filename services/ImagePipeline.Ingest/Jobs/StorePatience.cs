using System.Data.Common;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>Waits for a store that does not answer: longer each time, up to half a minute, and not for ever. The job says so meanwhile.</summary>
public sealed class StorePatience(JobStore jobs, IngestOptions options, TimeProvider clock)
{
    static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Tries until the store answers.</summary>
    /// <param name="jobId">The job whose work waits.</param>
    /// <param name="attempt">What to try.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <exception cref="StoreUnavailableException">It did not within <see cref="IngestOptions.Patience"/>.</exception>
    public async Task<T> TryAsync<T>(Guid jobId, Func<Task<T>> attempt, CancellationToken cancel)
    {
        var begun = clock.GetTimestamp();
        for (var wait = First; ; wait = wait * 2 < Longest ? wait * 2 : Longest)
        {
            try
            {
                return await attempt();
            }
            catch (StoreUnavailableException fault) when (clock.GetElapsedTime(begun) + wait < options.Patience)
            {
                await NoteAsync(jobId, fault, cancel);
                await Task.Delay(wait, clock, cancel);
            }
        }
    }

    async Task NoteAsync(Guid jobId, StoreUnavailableException fault, CancellationToken cancel)
    {
        try
        {
            await jobs.NoteAsync(jobId, $"waiting for the store: {fault.Message}", cancel);
        }
        catch (DbException)
        {
            // A note is not worth the job; if the database is away, the next chunk finds out.
        }
    }
}
