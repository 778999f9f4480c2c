using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Ingest;

/// <summary>A file that the walk came upon, or a folder it could not enter.</summary>
/// <param name="Uri">Where it is, as <see cref="FolderObjects.UriOf"/> writes it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="ModifiedAt">When its content changed last.</param>
/// <param name="Unreadable">Why it cannot be looked at, or null.</param>
public readonly record struct FoundFile(string Uri, long Bytes, DateTimeOffset ModifiedAt, string? Unreadable)
{
    /// <summary>As <see cref="FolderObjects.EtagOf"/> makes it.</summary>
    public string Etag => FolderObjects.EtagOf(Bytes, ModifiedAt);
}

/// <summary>
/// Lists the files below folders, lazily and depth first. Names that begin with a dot are left out (hidden files, and our own data
/// folder), and so are linked folders, which could lead in a circle.
/// </summary>
public static class FolderWalk
{
    /// <summary>Walks <paramref name="roots"/>, each a folder or a single file; a file under two roots comes twice.</summary>
    public static IEnumerable<FoundFile> Walk(IEnumerable<string> roots)
    {
        foreach (var root in roots)
        {
            if (File.Exists(root))
            {
                yield return Found(new FileInfo(Path.GetFullPath(root)));
                continue;
            }

            var folders = new Stack<DirectoryInfo>([new DirectoryInfo(Path.GetFullPath(root))]);
            while (folders.TryPop(out var folder))
            {
                string? trouble = null;
                using var entries = Open(folder, ref trouble);
                while (Next(entries, ref trouble) is { } entry)
                {
                    if (entry.Name.StartsWith('.'))
                    {
                        continue;
                    }

                    if (entry is FileInfo file)
                    {
                        yield return Found(file);
                    }
                    else if (entry is DirectoryInfo child && child.LinkTarget is null)
                    {
                        folders.Push(child);
                    }
                }

                if (trouble is not null)
                {
                    yield return new FoundFile(FolderObjects.UriOf(folder.FullName), 0, default, trouble);
                }
            }
        }
    }

    static IEnumerator<FileSystemInfo>? Open(DirectoryInfo folder, ref string? trouble)
    {
        try
        {
            return folder.EnumerateFileSystemInfos().GetEnumerator();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            trouble = fault.Message;
            return null;
        }
    }

    static FileSystemInfo? Next(IEnumerator<FileSystemInfo>? entries, ref string? trouble)
    {
        try
        {
            return entries is not null && entries.MoveNext() ? entries.Current : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            trouble = fault.Message;
            return null;
        }
    }

    static FoundFile Found(FileInfo file)
    {
        try
        {
            // Of a link the size and time are its own; those of the file that it leads to are meant, as they are what is read.
            var read = file.LinkTarget is null ? file : (FileInfo)file.ResolveLinkTarget(returnFinalTarget: true)!;
            return new FoundFile(
                FolderObjects.UriOf(file.FullName), read.Length, new DateTimeOffset(read.LastWriteTimeUtc), null);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new FoundFile(FolderObjects.UriOf(file.FullName), 0, default, fault.Message);
        }
    }
}
