using System.Diagnostics;
using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Duplicates;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Storage;

/// <summary>The words that the database uses for the members of the enums.</summary>
public static class Words
{
    /// <summary>The word stored for a source's state.</summary>
    public static string ToSql(this SourceState state) => state switch
    {
        SourceState.Ingested => "ingested",
        SourceState.Rejected => "rejected",
        SourceState.Failed => "failed",
        _ => throw new UnreachableException(),
    };

    /// <summary>The word stored for a job's state.</summary>
    public static string ToSql(this JobState state) => state switch
    {
        JobState.Planning => "planning",
        JobState.Running => "running",
        JobState.Paused => "paused",
        JobState.Done => "done",
        JobState.Cancelled => "cancelled",
        JobState.Failed => "failed",
        _ => throw new UnreachableException(),
    };

    /// <summary>The word stored for a job's kind.</summary>
    public static string ToSql(this JobKind kind) => kind switch
    {
        JobKind.Folder => "folder",
        JobKind.S3 => "s3",
        JobKind.Manifest => "manifest",
        JobKind.Inventory => "inventory",
        JobKind.Retry => "retry",
        JobKind.Upload => "upload",
        _ => throw new UnreachableException(),
    };

    /// <summary>The word stored for a kind of duplicate; also what users type and read.</summary>
    public static string ToSql(this DuplicateKind kind) => kind.Code();

    /// <summary>The word stored for a family of groups.</summary>
    public static string ToSql(this GroupFamily family) => family switch
    {
        GroupFamily.Copy => "copy",
        GroupFamily.Similar => "similar",
        _ => throw new UnreachableException(),
    };

    /// <summary>The word stored for a clustering run's state.</summary>
    public static string ToSql(this ClusterRunState state) => state switch
    {
        ClusterRunState.Waiting => "waiting",
        ClusterRunState.Computing => "computing",
        ClusterRunState.Done => "done",
        ClusterRunState.Abandoned => "abandoned",
        ClusterRunState.Failed => "failed",
        _ => throw new UnreachableException(),
    };

    /// <summary>The word stored for a linkage; also what users type and read.</summary>
    public static string ToSql(this Linkage linkage) => linkage switch
    {
        Linkage.Ward => "ward",
        Linkage.Average => "average",
        Linkage.Complete => "complete",
        Linkage.Single => "single",
        _ => throw new UnreachableException(),
    };

    /// <summary>The word stored for a verdict.</summary>
    public static string ToSql(this Verdict verdict) => verdict switch
    {
        Verdict.Copy => "copy",
        Verdict.NotACopy => "not_a_copy",
        _ => throw new UnreachableException(),
    };

    /// <summary>Reads a word written by <see cref="ToSql(SourceState)"/> or its siblings.</summary>
    /// <exception cref="FormatException">The enum has no such word.</exception>
    public static T Parse<T>(string word) where T : struct, Enum =>
        Enum.TryParse<T>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var value)
            ? value
            : throw new FormatException($"'{word}' is not a {typeof(T).Name}.");
}
