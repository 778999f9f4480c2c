using System.Threading.Channels;
using ImagePipeline.Imaging;

namespace ImagePipeline.Cli;

/// <summary>What became of one file: a value, or an error in words.</summary>
readonly record struct FileOutcome<T>(T? Value, string? Error);

/// <summary>Treats files side by side and gives the outcomes in the order of the files.</summary>
static class FileBatch
{
    /// <summary>Reads and treats each file; a file that cannot be read is an outcome with an error.</summary>
    public static async IAsyncEnumerable<(string File, FileOutcome<T> Outcome)> TreatAsync<T>(
        IReadOnlyList<string> files, int workers, Func<ReadOnlyMemory<byte>, FileOutcome<T>> treat,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var queue = Channel.CreateBounded<(string File, Task<FileOutcome<T>> Work)>(Math.Max(1, workers));
        var fill = Task.Run(async () =>
        {
            try
            {
                foreach (var file in files)
                {
                    await queue.Writer.WriteAsync((file, Task.Run(() => Treat(file, treat), cancel)), cancel);
                }
            }
            finally
            {
                queue.Writer.Complete();
            }
        }, cancel);

        await foreach (var (file, work) in queue.Reader.ReadAllAsync(cancel))
        {
            yield return (file, await work);
        }

        await fill;
    }

    static FileOutcome<T> Treat<T>(string file, Func<ReadOnlyMemory<byte>, FileOutcome<T>> treat)
    {
        if (Directory.Exists(file))
        {
            return new(default, $"a folder; name the files in it: {Path.Combine(file, "*.jpg")}");
        }

        try
        {
            var length = new FileInfo(file).Length;
            var limit = ImageLimits.Default.MaxBytes;
            return length > limit
                ? new(default, $"{RejectionReason.TooManyBytes}: {length:N0} bytes; the limit is {limit:N0}")
                : treat(File.ReadAllBytes(file));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new(default, fault.Message);
        }
    }
}
