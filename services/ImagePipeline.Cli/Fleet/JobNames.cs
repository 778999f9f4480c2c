using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Cli.Fleet;

/// <summary>Jobs as people name them: by the first digits of their key.</summary>
static class JobNames
{
    const int ShortDigits = 8;

    /// <summary>Enough digits to tell jobs apart.</summary>
    public static string Short(Guid jobId) => jobId.ToString("n")[..ShortDigits];

    /// <summary>The same fault, and how the job that it stopped goes on.</summary>
    public static StoreUnavailableException Stopped(Guid jobId, StoreUnavailableException fault) => new(
        $"{fault.Message} What is done is kept; go on with: imagepipeline jobs resume {Short(jobId)}", fault);

    /// <summary>The job that <paramref name="name"/> means: the first digits of its key, or <c>last</c>.</summary>
    /// <exception cref="UsageException">It means none, or several.</exception>
    public static async Task<JobRow> FindAsync(JobStore jobs, string name, CancellationToken cancel)
    {
        if (name == "last")
        {
            return await jobs.LatestAsync(cancel) ?? throw new UsageException("there is no job yet.");
        }

        var digits = name.Replace("-", "", StringComparison.Ordinal);
        if (digits.Length is 0 or > 32 || !digits.All(char.IsAsciiHexDigit))
        {
            throw new UsageException($"'{name}' is no id of a job. Ids are shown by: imagepipeline jobs list");
        }

        return await jobs.FindAsync(digits, cancel: cancel) switch
        {
            [var only] => (await jobs.GetAsync(only, cancel))!,
            [] => throw new UsageException($"there is no job '{name}'. Jobs are shown by: imagepipeline jobs list"),
            _ => throw new UsageException($"several jobs begin with '{name}'; give more digits."),
        };
    }
}
