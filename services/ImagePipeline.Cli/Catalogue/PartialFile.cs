using System.Net.Http.Headers;

namespace ImagePipeline.Cli.Catalogue;

/// <summary>What has arrived of a file so far: <c>NAME.part</c>, and beside it in <c>NAME.part.tag</c> what of: the address and the
/// server's mark of that version. Only with a mark that guarantees equal bytes does a later request go on where this one ended.</summary>
sealed class PartialFile : IDisposable
{
    readonly string _path;
    readonly FileStream _stream;

    PartialFile(string path, FileStream stream)
    {
        _path = path;
        _stream = stream;
    }

    string TagPath => _path + ".tag";

    /// <summary>Bytes so far.</summary>
    public long Length => _stream.Position;

    /// <summary>Opens what is there of <paramref name="destination"/>, or nothing yet.</summary>
    /// <exception cref="DownloadException">Another process is at it.</exception>
    public static PartialFile Open(string destination)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(destination)!);
        try
        {
            var stream = new FileStream(destination + ".part", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            stream.Seek(0, SeekOrigin.End);
            return new PartialFile(destination + ".part", stream);
        }
        catch (IOException fault)
        {
            throw new DownloadException($"{destination}.part cannot be written: {fault.Message} Is another pull at work?", fault);
        }
    }

    /// <summary>The mark of what is there, if it came from <paramref name="address"/>; else null, and everything has to be fetched.</summary>
    public EntityTagHeaderValue? TagOf(Uri address) =>
        Length > 0 && File.Exists(TagPath) && File.ReadAllLines(TagPath) is [var from, var tag] && from == address.AbsoluteUri
        && EntityTagHeaderValue.TryParse(tag, out var parsed) && !parsed.IsWeak
            ? parsed
            : null;

    /// <summary>Begins anew with a version of the file.</summary>
    public void Restart(Uri address, EntityTagHeaderValue? tag)
    {
        _stream.SetLength(0);
        File.Delete(TagPath);
        if (tag is { IsWeak: false })
        {
            File.WriteAllLines(TagPath, [address.AbsoluteUri, tag.ToString()]);
        }
    }

    /// <summary>Appends.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => _stream.WriteAsync(bytes, cancel);

    /// <summary>Makes what came safe from a power cut, and gives the file its name.</summary>
    public void Finish(string destination)
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Delete(TagPath);
        File.Move(_path, destination, overwrite: true);
    }

    /// <summary>Digest of what is there, lower-case hexadecimal.</summary>
    public async Task<string> DigestAsync(CancellationToken cancel)
    {
        _stream.Seek(0, SeekOrigin.Begin);
        return Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(_stream, cancel));
    }

    /// <summary>Removes it.</summary>
    public void Delete()
    {
        _stream.Dispose();
        File.Delete(_path);
        File.Delete(TagPath);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
