using System.Globalization;
using System.Runtime.CompilerServices;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>
/// A text file of addresses, one a line: <c>s3://bucket/key</c>, <c>file:///path</c>, or a path. Empty lines and lines that begin with #
/// are passed over. The key of an address is the number of its line.
/// </summary>
public sealed class ManifestListing : IJobListing
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<JobRange>> PlanAsync(Guid jobId, JobRequest request, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<JobRange>>([.. request.Roots.Select(root => new JobRange(root))]);

    /// <inheritdoc/>
    public async IAsyncEnumerable<FoundObject> ListAsync(
        JobRequest request, RangeLease lease, [EnumeratorCancellation] CancellationToken cancel)
    {
        var booked = RowKey.Parse(lease.After);
        using var reader = Open(lease.Range.Root);
        for (var number = 1L; await reader.ReadLineAsync(cancel) is { } line; number++)
        {
            if (number > booked && AddressOf(line, request.Base) is { } uri)
            {
                yield return new FoundObject(uri, RowKey.Of(number), null, -1, null);
            }
        }
    }

    /// <summary>The address in a line, or null where it holds none.</summary>
    public static string? AddressOf(string line, string? folder)
    {
        var address = line.Trim('\r', '\uFEFF');
        if (address.AsSpan().Trim().IsEmpty || address.StartsWith('#'))
        {
            return null;
        }

        return address.Contains("://", StringComparison.Ordinal)
            ? address
            : FolderObjects.UriOf(Path.Combine(folder ?? "/", address));
    }

    static StreamReader Open(string path)
    {
        try
        {
            return new StreamReader(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new JobSourceException($"the manifest '{path}' cannot be read: {fault.Message}", fault);
        }
    }
}

/// <summary>Rows of a list as keys.</summary>
static class RowKey
{
    /// <summary>Row numbers begin with 1.</summary>
    public static string Of(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>0 for null.</summary>
    public static long Parse(string? key) => key is null ? 0 : long.Parse(key, CultureInfo.InvariantCulture);
}
