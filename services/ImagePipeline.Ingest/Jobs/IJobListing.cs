using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>Where the objects of a job come from. An object whose length is below zero is known by its address alone and is looked up.</summary>
public interface IJobListing
{
    /// <summary>Parts the listing, so that several workers share it and each part goes on where it stopped.</summary>
    /// <param name="jobId">The job, which is told what its worker waits for.</param>
    /// <param name="request">What it is to do.</param>
    /// <param name="cancel">Stops the asking.</param>
    /// <exception cref="JobSourceException">The source cannot be listed, now or later.</exception>
    Task<IReadOnlyList<JobRange>> PlanAsync(Guid jobId, JobRequest request, CancellationToken cancel);

    /// <summary>Lists a range from where it stands, in order of key.</summary>
    /// <exception cref="JobSourceException">The source cannot be listed, now or later.</exception>
    /// <exception cref="StoreUnavailableException">The store did not answer, for as long as anyone cared to wait.</exception>
    IAsyncEnumerable<FoundObject> ListAsync(JobRequest request, RangeLease lease, CancellationToken cancel);

    /// <summary>A key beyond which the rest of a range may be handed to another worker; null where it cannot be, or is not worth it.</summary>
    /// <param name="lease">The range, as of the last chunk.</param>
    /// <param name="first">The first key of that chunk.</param>
    /// <param name="listed">Keys in the chunk.</param>
    string? MiddleOf(RangeLease lease, string first, int listed) => null;
}

/// <summary>A job's source is not what it should be; the message says what to do. Trying again does not help.</summary>
public sealed class JobSourceException(string message, Exception? cause = null) : Exception(message, cause);
