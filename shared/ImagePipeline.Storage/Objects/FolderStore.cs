using System.Buffers;

namespace ImagePipeline.Storage.Objects;

/// <summary>Objects that lie in folders, read in place.</summary>
public sealed class FolderStore : IObjectStore
{
    readonly FolderListings _listings = new(TimeProvider.System);

    /// <inheritdoc/>
    public string Scheme => "file";

    /// <inheritdoc/>
    public async Task<ObjectBytes?> ReadAsync(string uri, string? etag, long maxBytes, CancellationToken cancel)
    {
        await using var file = new FileStream(FolderObjects.PathOf(uri), new FileStreamOptions
        {
            Access = FileAccess.Read,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            Options = FileOptions.SequentialScan,
        });
        var length = file.Length;
        if (etag is not null && etag != FolderObjects.EtagOf(length, File.GetLastWriteTimeUtc(file.SafeFileHandle)))
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

    /// <inheritdoc/>
    public Task<FoundObject?> FindAsync(string uri, CancellationToken cancel)
    {
        var file = new FileInfo(FolderObjects.PathOf(uri));
        var content = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
        return Task.FromResult(content is { Exists: true } ? Found(uri, file.FullName, content) : null);
    }

    /// <inheritdoc/>
    /// <remarks>Keys are paths relative to the folder. Names that begin with a dot are left out, as are linked folders and links to a
    /// file outside the folder; a folder that may not be entered comes as one unreadable object.</remarks>
    public Task<ObjectPage> ListAsync(string root, string? after, string? upTo, int limit, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return Task.Run(() => _listings.Page(FolderObjects.PathOf(root), after, upTo, limit, cancel), cancel);
    }

    /// <inheritdoc/>
    public Task<bool> PutIfAbsentAsync(string uri, ReadOnlyMemory<byte> bytes, string contentType, CancellationToken cancel) =>
        PutAsync(uri, file => file.WriteAsync(bytes, cancel).AsTask(), cancel);

    /// <inheritdoc/>
    public async Task<bool> PutFileIfAbsentAsync(string uri, string path, string contentType, CancellationToken cancel)
    {
        await using var source = File.OpenRead(path);
        return await PutAsync(uri, file => source.CopyToAsync(file, cancel), cancel);
    }

    internal static FoundObject Found(string uri, string key, FileInfo content)
    {
        var modified = new DateTimeOffset(content.LastWriteTimeUtc);
        return new FoundObject(uri, key, FolderObjects.EtagOf(content.Length, modified), content.Length, modified);
    }

    /// <summary>Writes beside the place and takes the name only if it is free: nobody sees half a file, and one of several wins.</summary>
    static async Task<bool> PutAsync(string uri, Func<FileStream, Task> write, CancellationToken cancel)
    {
        var path = FolderObjects.PathOf(uri);
        if (File.Exists(path))
        {
            return false;
        }

        var folder = Directory.CreateDirectory(Path.GetDirectoryName(path)!).FullName;
        var partial = Path.Combine(folder, $".{Guid.NewGuid():n}.partial");
        try
        {
            await using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1))
            {
                await write(file);
                cancel.ThrowIfCancellationRequested();
                // Whoever is told that it is stored may delete the original.
                file.Flush(flushToDisk: true);
            }

            return HardLink.TryMove(partial, path);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
