using System.Globalization;

namespace ImagePipeline.Storage.Objects;

/// <summary>
/// A folder in which the services of one machine leave each other what they would else fetch or compute again. Any process may
/// write, read and clear away at any time and be killed while it does: an entry takes its name when it is whole, and whoever looks for
/// one that is gone does without. No fault of the folder is a fault of an image, so nothing here throws one.
/// </summary>
/// <remarks>Names are made of image ids, never of what a message says. Readers check what they find: a power cut may leave anything.</remarks>
public sealed class MachineCache
{
    /// <summary>Larger entries are not kept: one would push out a thousand small ones, and costs more to decode than to fetch.</summary>
    public const int MaxEntryBytes = 4 << 20;

    /// <summary>Part of the bound that a process writes between two looks at the size of the folder.</summary>
    const int LooksPerBound = 16;

    static readonly TimeSpan WantedFor = TimeSpan.FromHours(1);

    readonly TimeProvider _time;
    readonly string? _root;
    readonly CacheSweep? _sweep;
    readonly long _untilLook;
    long _written;
    int _looking;

    /// <summary>A cache in a folder.</summary>
    /// <param name="folder">Made if it is not there; null keeps nothing.</param>
    /// <param name="maxBytes">Most bytes kept; each process may go beyond by a sixteenth until it has looked.</param>
    /// <param name="time">Tells what is old.</param>
    /// <exception cref="IOException">The folder cannot be made, or others may write to it: they could put words into our mouth.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be made.</exception>
    public MachineCache(string? folder, long maxBytes, TimeProvider time)
    {
        _time = time;
        if (folder is null)
        {
            return;
        }

        // The number changes with the form of the entries.
        var root = Path.Combine(Path.GetFullPath(folder), "v1");
        CacheFile.MakeFolder(root);
        CacheFile.RequireOwn(folder);
        (_root, _untilLook, _sweep) = (root, Math.Max(1, maxBytes / LooksPerBound), new CacheSweep(root, maxBytes, time));
        // What earlier processes left is looked at with the first entry.
        _written = _untilLook;
    }

    /// <summary>Keeps nothing.</summary>
    public static MachineCache None { get; } = new(null, 0, TimeProvider.System);

    /// <summary>Whether there is a folder.</summary>
    public bool IsKept => _root is not null;

    /// <summary>Ends with the clearing away that this process began last.</summary>
    internal Task Cleared { get; private set; } = Task.CompletedTask;

    /// <summary>Finds an entry.</summary>
    /// <param name="kind">What it is: small letters, digits and hyphens.</param>
    /// <param name="imageId">The image it belongs to.</param>
    /// <param name="isWhole">Whether what is found is what was once put; what is not is removed.</param>
    /// <returns>Its bytes, or null.</returns>
    public ObjectBytes? Read(string kind, Guid imageId, Func<ReadOnlySpan<byte>, bool> isWhole)
    {
        if (_root is null)
        {
            return null;
        }

        var path = PathOf(kind, imageId);
        try
        {
            var bytes = CacheFile.Read(path);
            if (bytes is not null && isWhole(bytes.Span))
            {
                CacheMetrics.Read(kind, "hit");
                return bytes;
            }

            bytes?.Dispose();
            File.Delete(path);
            CacheMetrics.Read(kind, "damaged");
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            CacheMetrics.Read(kind, "miss");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            CacheMetrics.Read(kind, "fault");
        }

        return null;
    }

    /// <summary>Keeps an entry, unless it is too large or cannot be written. Of several writers any wins: they write the same.</summary>
    /// <param name="kind">What it is: small letters, digits and hyphens.</param>
    /// <param name="imageId">The image it belongs to.</param>
    /// <param name="bytes">The entry.</param>
    /// <param name="ending">More bytes to the end of it.</param>
    public void Put(string kind, Guid imageId, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> ending = default)
    {
        if (_root is null || bytes.Length + ending.Length > MaxEntryBytes)
        {
            return;
        }

        var path = PathOf(kind, imageId);
        try
        {
            if (File.Exists(path))
            {
                CacheMetrics.Write(kind, "known");
                return;
            }

            CacheFile.Write(path, bytes, ending);
            CacheMetrics.Write(kind, "stored");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            CacheMetrics.Write(kind, "fault");
        }

        Look(bytes.Length + ending.Length);
    }

    /// <summary>Says that entries of a kind are wanted for the next hour; whoever has what they are made of finds that in
    /// <see cref="Wanted"/>.</summary>
    public void Want(string kind)
    {
        if (_root is null)
        {
            return;
        }

        try
        {
            var folder = Path.Combine(_root, Checked(kind));
            CacheFile.MakeFolder(folder);
            Directory.SetLastWriteTimeUtc(folder, _time.GetUtcNow().UtcDateTime);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            CacheMetrics.Write(kind, "fault");
        }
    }

    /// <summary>The kinds that begin with <paramref name="prefix"/> and are wanted.</summary>
    public string[] Wanted(string prefix)
    {
        try
        {
            var since = (_time.GetUtcNow() - WantedFor).UtcDateTime;
            return _root is null ? [] : [.. new DirectoryInfo(_root).EnumerateDirectories(prefix + "*")
                .Where(kind => kind.LastWriteTimeUtc >= since).Select(kind => kind.Name)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    string PathOf(string kind, Guid imageId)
    {
        var name = imageId.ToString("n", CultureInfo.InvariantCulture);
        return Path.Combine(_root!, Checked(kind), name[..2], name);
    }

    static string Checked(string kind) =>
        kind.Length > 0 && kind.All(one => char.IsAsciiLetterLower(one) || char.IsAsciiDigit(one) || one == '-')
        ? kind
        : throw new ArgumentException($"'{kind}' is no kind of entry: small letters, digits and hyphens.", nameof(kind));

    /// <summary>Clears away beside the work, once this process has written enough to make it worth a look.</summary>
    void Look(long written)
    {
        if (Interlocked.Add(ref _written, written) < _untilLook || Interlocked.Exchange(ref _looking, 1) == 1)
        {
            return;
        }

        Interlocked.Exchange(ref _written, 0);
        Cleared = Task.Run(() =>
        {
            try
            {
                _sweep!.Run();
            }
            finally
            {
                Volatile.Write(ref _looking, 0);
            }
        });
    }
}
