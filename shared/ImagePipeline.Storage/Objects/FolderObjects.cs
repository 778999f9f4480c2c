namespace ImagePipeline.Storage.Objects;

/// <summary>
/// Names objects that lie in folders. A URI is <c>file://</c> and the absolute path as the file system spells it, without
/// percent-encoding, so that it reads well in SQL. URIs come from the walk or the database, never from a request.
/// </summary>
public static class FolderObjects
{
    const string Scheme = "file://";

    /// <summary>The URI of a file.</summary>
    public static string UriOf(string path) => Scheme + Path.GetFullPath(path);

    /// <summary>The path behind a URI made by <see cref="UriOf"/>.</summary>
    /// <exception cref="ArgumentException">The URI does not begin with <c>file://</c>.</exception>
    public static string PathOf(string uri) => IsFile(uri)
        ? uri[Scheme.Length..]
        : throw new ArgumentException($"'{uri}' is no file:// URI.", nameof(uri));

    /// <summary>True for a URI made by <see cref="UriOf"/>.</summary>
    public static bool IsFile(string uri) => uri.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>The path of a file, or the URI of what is elsewhere: what people call it.</summary>
    public static string NameOf(string uri) => IsFile(uri) ? PathOf(uri) : uri;

    /// <summary>Changes whenever a file does, as far as the file system tells: size and time of change.</summary>
    public static string EtagOf(long bytes, DateTimeOffset modifiedAt) => $"{bytes:x}-{modifiedAt.UtcTicks:x}";
}
