namespace ImagePipeline.Storage.Objects;

/// <summary>
/// Walks a folder in the order of keys, holding the names of one folder per level: a folder stands where its name and a slash stand,
/// so that <c>a.jpg</c> comes between <c>a-/1.jpg</c> and <c>a/1.jpg</c>.
/// </summary>
sealed class FolderCursor
{
    readonly string _root;
    readonly string _realRoot;
    readonly Stack<(string Prefix, string[] Names, int At)> _levels = new();
    FoundObject? _ahead;

    /// <summary>Stands before the first key above <paramref name="after"/>.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public FolderCursor(string root, string? after)
    {
        _root = Path.GetFullPath(root);
        _realRoot = Path.TrimEndingDirectorySeparator(RealPath.Of(_root));
        if (!Directory.Exists(_root))
        {
            throw new DirectoryNotFoundException($"there is no folder '{_root}'.");
        }

        var trouble = Enter("", after ?? "");
        if (trouble is not null && _levels.Count == 0)
        {
            throw new IOException(trouble);
        }
    }

    /// <summary>True where <see cref="Next"/> has something.</summary>
    public bool HasMore => (_ahead ??= Advance()) is not null;

    /// <summary>The next object, or null at the end.</summary>
    public FoundObject? Next()
    {
        var next = _ahead ?? Advance();
        _ahead = null;
        return next;
    }

    FoundObject? Advance()
    {
        while (_levels.TryPop(out var level))
        {
            if (level.At == level.Names.Length)
            {
                continue;
            }

            _levels.Push(level with { At = level.At + 1 });
            var key = level.Prefix + level.Names[level.At];
            if (!key.EndsWith('/'))
            {
                return File(key);
            }

            if (Enter(key, "") is { } trouble)
            {
                return new FoundObject(Uri(key), key, null, 0, null, trouble);
            }
        }

        return null;
    }

    /// <summary>Opens the folder of <paramref name="prefix"/> at its first name that may lead above <paramref name="after"/>, a key below
    /// it, and the folders below that one.</summary>
    /// <returns>Why it cannot be opened, or null.</returns>
    string? Enter(string prefix, string after)
    {
        while (true)
        {
            string[] names;
            try
            {
                names = [.. new DirectoryInfo(Path.Combine(_root, prefix)).EnumerateFileSystemInfos()
                    .Where(entry => !entry.Name.StartsWith('.') && (entry is FileInfo || entry.LinkTarget is null))
                    .Select(entry => entry is FileInfo ? entry.Name : entry.Name + '/')];
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                return fault.Message;
            }

            Array.Sort(names, KeyOrder.Instance);
            // The folder that the key lies in is gone into; a name equal to the key, or below it, is passed over.
            var slash = after.IndexOf('/');
            var folder = slash < 0 ? after : after[..(slash + 1)];
            var at = folder.Length == 0 ? ~0 : Array.BinarySearch(names, folder, KeyOrder.Instance);
            _levels.Push((prefix, names, at >= 0 ? at + 1 : ~at));
            if (at < 0 || slash < 0)
            {
                return null;
            }

            (prefix, after) = (prefix + folder, after[folder.Length..]);
        }
    }

    FoundObject File(string key)
    {
        var path = Path.Combine(_root, key);
        try
        {
            var file = new FileInfo(path);
            if (file.LinkTarget is null)
            {
                return FolderStore.Found(Uri(key), key, file);
            }

            var content = new FileInfo(RealPath.Of(path));
            return !content.Exists
                ? Unreadable(key, "a link that leads to no file")
                : content.FullName.StartsWith(_realRoot + Path.DirectorySeparatorChar, StringComparison.Ordinal)
                    ? FolderStore.Found(Uri(key), key, content)
                    : Unreadable(key, "a link that leads out of the folder");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Unreadable(key, fault.Message);
        }
    }

    FoundObject Unreadable(string key, string trouble) => new(Uri(key), key, null, 0, null, trouble);

    string Uri(string key) => FolderObjects.UriOf(Path.Combine(_root, key));
}
