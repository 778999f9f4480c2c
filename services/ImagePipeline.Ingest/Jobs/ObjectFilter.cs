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

    /// <summary>From what was asked for.</summary>
    /// <exception cref="FormatException">A glob is wrong.</exception>
    public ObjectFilter(JobRequest request)
    {
        _include = [.. request.Include.Select(pattern => new Glob(pattern))];
        _exclude = [.. request.Exclude.Select(pattern => new Glob(pattern))];
        _minBytes = request.MinBytes ?? 0;
        _maxBytes = request.MaxBytes ?? long.MaxValue;
    }

    /// <summary>Whether the job is about this object. What cannot be looked at has no size and is taken, so that it is reported.</summary>
    public bool Takes(FoundObject found) => !IsFolderMark(found) && TakesName(found) && TakesSize(found);

    bool TakesName(FoundObject found) =>
        (_include.Length == 0 || Array.Exists(_include, glob => glob.Matches(found.Key)))
        && !Array.Exists(_exclude, glob => glob.Matches(found.Key));

    bool TakesSize(FoundObject found) =>
        found.Unreadable is not null || (found.Bytes >= _minBytes && found.Bytes <= _maxBytes);

    /// <summary>Consoles of S3 servers make an empty object of this kind for a folder.</summary>
    static bool IsFolderMark(FoundObject found) => found is { Bytes: 0, Unreadable: null } && found.Key.EndsWith('/');
}
