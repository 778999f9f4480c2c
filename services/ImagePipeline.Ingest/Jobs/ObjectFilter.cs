using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>Which listed objects a job is about.</summary>
public sealed class ObjectFilter
{
    readonly Glob[] _include;
    readonly Glob[] _exclude;
    readonly long _minBytes;
    readonly long _maxBytes;
    readonly string[] _folders;

    /// <summary>From what was asked for.</summary>
    /// <exception cref="FormatException">A glob is wrong.</exception>
    public ObjectFilter(JobRequest request)
    {
        _include = [.. request.Include.Select(pattern => new Glob(pattern))];
        _exclude = [.. request.Exclude.Select(pattern => new Glob(pattern))];
        _minBytes = request.MinBytes ?? 0;
        _maxBytes = request.MaxBytes ?? long.MaxValue;
        _folders = [.. request.Roots.Select(root => FolderOf(request.Kind, root)).OfType<string>()];
    }

    /// <summary>Whether the job is about this object. What cannot be looked at has no size and is taken, so that it is reported.</summary>
    public bool Takes(FoundObject found) => !IsFolderMark(found) && TakesName(found) && TakesSize(found);

    bool TakesName(FoundObject found)
    {
        if (_include.Length == 0 && _exclude.Length == 0)
        {
            return true;
        }

        var name = NameOf(found.Uri);
        return (_include.Length == 0 || Array.Exists(_include, glob => glob.Matches(name)))
            && !Array.Exists(_exclude, glob => glob.Matches(name));
    }

    /// <summary>What globs are matched against: the path below the source; for a list of addresses, below the bucket or the root of
    /// the file system.</summary>
    string NameOf(string uri)
    {
        if (Array.Find(_folders, folder => uri.StartsWith(folder, StringComparison.Ordinal)) is { } source)
        {
            return uri[source.Length..];
        }

        var path = uri[(uri.IndexOf("://", StringComparison.Ordinal) + 3)..];
        return path[(path.IndexOf('/', StringComparison.Ordinal) + 1)..];
    }

    static string? FolderOf(JobKind kind, string root) => kind switch
    {
        JobKind.Folder when root.StartsWith("file:", StringComparison.Ordinal) => root.TrimEnd('/') + "/",
        JobKind.Folder => FolderObjects.UriOf(root).TrimEnd('/') + "/",
        JobKind.S3 when root.LastIndexOf('/') >= "s3://b".Length => root[..(root.LastIndexOf('/') + 1)],
        _ => null,
    };

    bool TakesSize(FoundObject found) =>
        found.Unreadable is not null || (found.Bytes >= _minBytes && found.Bytes <= _maxBytes);

    /// <summary>Consoles of S3 servers make an empty object of this kind for a folder.</summary>
    static bool IsFolderMark(FoundObject found) => found is { Bytes: 0, Unreadable: null } && found.Uri.EndsWith('/');
}
