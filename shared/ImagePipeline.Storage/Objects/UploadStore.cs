using System.ComponentModel.DataAnnotations;

namespace ImagePipeline.Storage.Objects;

/// <summary>Where this installation keeps objects of its own, section <c>Objects</c>.</summary>
public sealed record ObjectsOptions
{
    /// <summary>Folder or bucket of uploads: <c>s3://bucket/prefix</c> or <c>file:///dir</c>. Default none.</summary>
    public string? Root { get; init; }

    /// <summary>Folder in which the services of one machine leave each other the objects that they fetched, so that each is fetched
    /// once. Default none. Give them the same folder, on a file system of that machine, that nobody else may write to.</summary>
    public string? Cache { get; init; }

    /// <summary>Most MiB in <see cref="Cache"/>, the oldest go first. Default 1024: what is fetched for one stage is wanted by the
    /// others within the length of their queues, here some tens of thousands of small images.</summary>
    [Range(1, 1 << 20)]
    public int CacheMiB { get; init; } = 1024;
}

/// <summary>Uploads lie under the name of their content, so that the same bytes are stored once, whoever sends them and how often.</summary>
/// <param name="stores">Every store.</param>
/// <param name="options">Where uploads go.</param>
public sealed class UploadStore(ObjectStores stores, ObjectsOptions options)
{
    readonly string _root = options.Root!.TrimEnd('/');

    /// <summary>The address of some content.</summary>
    /// <param name="sha256">SHA-256 of the bytes.</param>
    public string UriOf(ReadOnlySpan<byte> sha256)
    {
        var name = Convert.ToHexStringLower(sha256);
        return $"{_root}/upload/{name[..2]}/{name}";
    }

    /// <summary>Stores a local file under the name of its content, unless it is there.</summary>
    /// <param name="sha256">SHA-256 of the bytes.</param>
    /// <param name="path">The file, which is only read.</param>
    /// <param name="contentType">Media type of the bytes.</param>
    /// <param name="cancel">Stops the storing.</param>
    /// <returns>True where this call stored it.</returns>
    public Task<bool> PutAsync(byte[] sha256, string path, string contentType, CancellationToken cancel) =>
        stores.Of(_root + "/").PutFileIfAbsentAsync(UriOf(sha256), path, contentType, cancel);
}
