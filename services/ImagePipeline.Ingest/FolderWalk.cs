using System.IO.Enumeration;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Ingest;

/// <summary>
/// Lists the files below a folder lazily and in the order of their keys (paths below the folder, by UTF-16 code unit), so that a walk
/// can go on after any key. Names that begin with a dot are left out (hidden files, and our own data folder), and so are linked
/// folders, which could lead in a circle. It holds the names of one folder per level.
/// </summary>
public static class FolderWalk
{
    static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>Walks <paramref name="roots"/>, each a folder or a single file; a file under two roots comes twice.</summary>
    public static IEnumerable<FoundObject> Walk(IEnumerable<string> roots) => roots.SelectMany(root => Walk(root));

    /// <summary>Walks one folder, or names one file.</summary>
    /// <param name="root">The folder or file.</param>
    /// <param name="after">Only files whose key is above this one; null for all.</param>
    public static IEnumerable<FoundObject> Walk(string root, string? after = null)
    {
        var full = Path.GetFullPath(root);
        if (File.Exists(full))
        {
            return after is null ? [Found(full, Path.GetFileName(full))] : [];
        }

        return WalkFolder(full, after);
    }

    static IEnumerable<FoundObject> WalkFolder(string root, string? after)
    {
        var levels = new Stack<(string Prefix, List<string> Names, int At)>();
        if (Enter("") is { } noRoot && after is null)
        {
            yield return noRoot;
        }

        while (levels.TryPop(out var level))
        {
            if (level.At == level.Names.Count)
            {
                continue;
            }

            levels.Push(level with { At = level.At + 1 });
            var key = level.Prefix + level.Names[level.At];
            var isBooked = after is not null && string.CompareOrdinal(key, after) <= 0;
            if (!key.EndsWith('/'))
            {
                if (!isBooked)
                {
                    yield return Found(Path.Combine(root, key), key);
                }
            }
            else if (!isBooked || after!.StartsWith(key, StringComparison.Ordinal))
            {
                if (Enter(key) is { } closed && !isBooked)
                {
                    yield return closed;
                }
            }
        }

        FoundObject? Enter(string key)
        {
            var names = new List<string>();
            var trouble = List(Path.Combine(root, key), names);
            names.Sort(StringComparer.Ordinal);
            levels.Push((key, names, 0));
            return trouble is null ? null : Unreadable(Path.TrimEndingDirectorySeparator(Path.Combine(root, key)), key, trouble);
        }
    }

    /// <summary>The names in a folder, those of folders with a slash at the end, as they stand in keys.</summary>
    static string? List(string folder, List<string> names)
    {
        try
        {
            names.AddRange(new FileSystemEnumerable<string>(
                folder, static (ref entry) => entry.IsDirectory ? entry.FileName.ToString() + '/' : entry.FileName.ToString(), Everything)
            {
                ShouldIncludePredicate = static (ref entry) => !entry.FileName.StartsWith('.')
                    && !(entry.IsDirectory && entry.Attributes.HasFlag(FileAttributes.ReparsePoint)),
            });
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.Message;
        }
    }

    static FoundObject Found(string path, string key)
    {
        try
        {
            // A linked file is known by its own path, and has the size and date of what it leads to.
            var file = new FileInfo(path);
            var content = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
            if (content is not { Exists: true })
            {
                return Unreadable(path, key, file.LinkTarget is null ? "gone since the folder was listed" : "a link that leads to no file");
            }

            var modified = new DateTimeOffset(content.LastWriteTimeUtc);
            return new FoundObject(
                FolderObjects.UriOf(path), key, FolderObjects.EtagOf(content.Length, modified), content.Length, modified);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Unreadable(path, key, fault.Message);
        }
    }

    static FoundObject Unreadable(string path, string key, string trouble) =>
        new(FolderObjects.UriOf(path), key, FolderObjects.EtagOf(0, default), 0, default, trouble);
}
