using ImagePipeline.Imaging;

namespace ImagePipeline.Cli;

/// <summary>The picture that a command asks about.</summary>
static class QueryFile
{
    /// <summary>Its bytes.</summary>
    /// <exception cref="UsageException">There is no such file, it cannot be read, or it is too large.</exception>
    public static async Task<byte[]> ReadAsync(string path, CancellationToken cancel)
    {
        var limit = ImageLimits.Default.MaxBytes;
        try
        {
            var length = new FileInfo(path).Length;
            return length <= limit
                ? await File.ReadAllBytesAsync(path, cancel)
                : throw new UsageException($"'{path}' has {length:N0} bytes; the limit is {limit:N0}.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{path}' is no image id, and no file that can be read: {fault.Message}");
        }
    }

    /// <summary>The answer, or a clear end where the picture cannot be used.</summary>
    /// <exception cref="UsageException">The picture was rejected.</exception>
    public static IReadOnlyList<T> Usable<T>(string path, (IReadOnlyList<T> Answer, Rejection? Rejection) result) =>
        result.Rejection is { } rejection
            ? throw new UsageException($"'{path}' cannot be used: {rejection.Reason}: {rejection.Detail}")
            : result.Answer;
}
