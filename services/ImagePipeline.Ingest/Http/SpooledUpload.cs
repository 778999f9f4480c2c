using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using ImagePipeline.Imaging;

namespace ImagePipeline.Ingest.Http;

/// <summary>
/// One uploaded body in a temporary file of our own naming, hashed as it came in. Disposing deletes the file.
/// </summary>
sealed class SpooledUpload : IDisposable
{
    const int PieceBytes = 64 << 10;

    readonly string _path;

    SpooledUpload(string path, byte[] sha256, long bytes, bool isTooLarge) =>
        (_path, Sha256, Bytes, IsTooLarge) = (path, sha256, bytes, isTooLarge);

    /// <summary>Where the bytes are.</summary>
    public string FilePath => _path;

    /// <summary>SHA-256 of the bytes.</summary>
    public byte[] Sha256 { get; }

    /// <summary>How many came; all that were sent, also where <see cref="IsTooLarge"/>.</summary>
    public long Bytes { get; }

    /// <summary>Whether there were more than allowed; the file then holds none of use.</summary>
    public bool IsTooLarge { get; }

    /// <summary>Reads a body to its end. What is beyond <paramref name="maxBytes"/> is hashed and dropped.</summary>
    public static async Task<SpooledUpload> ReadAsync(Stream body, string directory, long maxBytes, CancellationToken cancel)
    {
        var path = Path.Combine(directory, $"imagepipeline-{Guid.NewGuid():n}.upload");
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var bytes = 0L;
            await using (var file = Create(path))
            {
                while (await body.ReadAsync(piece, cancel) is > 0 and var read)
                {
                    bytes += read;
                    hash.AppendData(piece, 0, read);
                    if (bytes <= maxBytes)
                    {
                        await file.WriteAsync(piece.AsMemory(0, read), cancel);
                    }
                }
            }

            return new SpooledUpload(path, hash.GetHashAndReset(), bytes, bytes > maxBytes);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    /// <summary>Header or rejection of the picture. The file is mapped, so that its size costs no memory of this process.</summary>
    public unsafe ProbeResult Probe(ImageLimits limits)
    {
        if (Bytes == 0)
        {
            return new ProbeResult(new Rejection(RejectionReason.EmptyFile, "the upload has no bytes"));
        }

        if (IsTooLarge)
        {
            return new ProbeResult(new Rejection(RejectionReason.TooManyBytes, $"{Bytes:N0} bytes; the limit is {limits.MaxBytes:N0}"));
        }

        using var mapping = MemoryMappedFile.CreateFromFile(_path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using var view = mapping.CreateViewAccessor(0, Bytes, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            return ImageProbe.Read(new ReadOnlySpan<byte>(start, checked((int)Bytes)), limits);
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(_path);
}
