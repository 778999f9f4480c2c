using System.Buffers;

namespace ImagePipeline.Storage.Objects;

/// <summary>
/// Reads objects that lie in folders, in place. A URI is <c>file://</c> and the absolute path as the file system spells it, without
/// percent-encoding, so that it reads well in SQL. URIs come from the walk or the database, never from a request.
/// </summary>
public static class FolderObjects
{
    const string Scheme = "file://";

    /// <summary>The URI of a file.</summary>
    public static string UriOf(string path) => Scheme + Path.GetFullPath(path);

    /// <summary>The path behind a URI made by <see cref="UriOf"/>.</summary>
    /// <exception cref="ArgumentException">The URI does not begin with <c>file://</c>.</exception>
    public static string PathOf(string uri) => uri.StartsWith(Scheme, StringComparison.Ordinal)
        ? uri[Scheme.Length..]
        : throw new ArgumentException($"'{uri}' is no file:// URI.", nameof(uri));

    /// <summary>Changes whenever a file does, as far as the file system tells: size and time of change.</summary>
    public static string EtagOf(long bytes, DateTimeOffset modifiedAt) => $"{bytes:x}-{modifiedAt.UtcTicks:x}";

    /// <summary>Reads a whole file.</summary>
    /// <param name="uri">As made by <see cref="UriOf"/>.</param>
    /// <param name="etag">The file is expected to be unchanged since it had this <see cref="EtagOf"/>; null takes any.</param>
    /// <param name="maxBytes">Largest size that is read.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <returns>The bytes, or null where the file is larger than <paramref name="maxBytes"/>; nothing is read then.</returns>
    /// <exception cref="ObjectChangedException">The file has another ETag.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static async Task<ObjectBytes?> ReadAsync(
        string uri, string? etag, long maxBytes, CancellationToken cancel)
    {
        await using var file = new FileStream(PathOf(uri), new FileStreamOptions
        {
            Access = FileAccess.Read,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            Options = FileOptions.SequentialScan,
        });
        var length = file.Length;
        if (etag is not null && etag != EtagOf(length, File.GetLastWriteTimeUtc(file.SafeFileHandle)))
        {
            throw new ObjectChangedException(uri);
        }

        if (length > Math.Min(maxBytes, Array.MaxLength))
        {
            return null;
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            var read = await file.ReadAtLeastAsync(buffer.AsMemory(0, (int)length), (int)length, false, cancel);
            return new ObjectBytes(buffer, read);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }
}
