namespace ImagePipeline.Ingest.Http;

/// <summary>What jobs over HTTP may list, section <c>Ingest</c>.</summary>
public sealed record SourceOptions
{
    /// <summary>Buckets or folders in them, such as <c>s3://photos</c> or <c>s3://photos/2026/</c>. Default none: no job over HTTP.</summary>
    public IReadOnlyList<string> AllowedSources { get; init; } = [];

    /// <summary>The address to list for a request, or null where it is not allowed. Addresses of files and web servers never are: a
    /// request must not reach the file system or an internal address.</summary>
    public string? Resolve(string source)
    {
        const string scheme = "s3://";
        if (!source.StartsWith(scheme, StringComparison.Ordinal) || source.Length == scheme.Length
            || source.Any(letter => char.IsControl(letter) || letter == '\\'))
        {
            return null;
        }

        // Keys that merely begin like an allowed folder are not in it, so both sides end with a slash.
        var folder = source.EndsWith('/') ? source : source + "/";
        foreach (var allowed in AllowedSources)
        {
            var root = allowed.EndsWith('/') ? allowed : allowed + "/";
            if (root.StartsWith(scheme, StringComparison.Ordinal) && root.Length > scheme.Length + 1
                && folder.StartsWith(root, StringComparison.Ordinal))
            {
                return folder == root ? folder : source;
            }
        }

        return null;
    }
}
