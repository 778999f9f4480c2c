using System.IO.Enumeration;

namespace ImagePipeline.Storage.Objects;

/// <summary>Removes the oldest entries of a <see cref="MachineCache"/> where it is above its bound.</summary>
/// <param name="root">Its folder.</param>
/// <param name="maxBytes">The bound.</param>
/// <param name="time">Tells what is old.</param>
sealed class CacheSweep(string root, long maxBytes, TimeProvider time)
{
    /// <summary>Of the bound, what is left after a sweep, so that the next entry is not the next sweep.</summary>
    const double Left = 7 / 8.0;

    const string LockName = "sweep.lock";

    /// <summary>Entries are told apart by age in steps of a tenth of a second: to hold their names would take more memory than the
    /// programs beside.</summary>
    static readonly long Step = TimeSpan.FromMilliseconds(100).Ticks;

    /// <summary>An entry that has no name after so long was being written by a process that died.</summary>
    static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(10);

    static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <summary>Looks, and removes if need be. One process at a time; where another is at it, or the folder has a fault, nothing
    /// happens.</summary>
    public void Run()
    {
        try
        {
            using var alone = Lock();
            var bytesAt = new SortedDictionary<long, long>();
            foreach (var (step, bytes) in Entries((ref entry) => (StepOf(ref entry), entry.Length)))
            {
                bytesAt[step] = bytesAt.GetValueOrDefault(step) + bytes;
            }

            var kept = bytesAt.Values.Sum();
            var upTo = long.MinValue;
            if (kept > maxBytes)
            {
                foreach (var (step, bytes) in bytesAt.TakeWhile(_ => kept > maxBytes * Left))
                {
                    (upTo, kept) = (step, kept - bytes);
                }
            }

            var abandoned = (time.GetUtcNow() - Abandoned).UtcTicks / Step;
            foreach (var path in Entries((ref entry) =>
                StepOf(ref entry) <= upTo || (entry.FileName.Contains('.') && StepOf(ref entry) <= abandoned) ? entry.ToFullPath() : null))
            {
                if (path is not null)
                {
                    File.Delete(path);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Another process sweeps, or the next one of this process will.
        }
    }

    FileStream Lock()
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(Path.Combine(root, LockName), options);
    }

    FileSystemEnumerable<T> Entries<T>(FileSystemEnumerable<T>.FindTransform of) => new(root, of, Everything)
    {
        ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && !entry.FileName.SequenceEqual(LockName),
    };

    static long StepOf(ref FileSystemEntry entry) => entry.LastWriteTimeUtc.UtcTicks / Step;
}
