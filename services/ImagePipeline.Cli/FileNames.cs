using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Cli;

/// <summary>URIs as people read them: paths below the working folder are shown relative to it.</summary>
static class FileNames
{
    /// <summary>The path of a file, short where that is possible.</summary>
    public static string Of(string uri)
    {
        if (!FolderObjects.IsFile(uri))
        {
            return uri;
        }

        var path = FolderObjects.PathOf(uri);
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    /// <summary>The first file of an image, and how many more hold it.</summary>
    public static string Of(IReadOnlyList<GroupFile> files) =>
        files.Count == 0 ? "(no file left)" : Of(files[0].Uri) + (files.Count > 1 ? $"  (+{files.Count - 1} equal)" : "");
}
