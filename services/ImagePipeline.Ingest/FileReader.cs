using System.Security.Cryptography;
using ImagePipeline.Imaging;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Ingest;

/// <summary>Turns a found file into the row that the database keeps of it: its identity and header, or why there is none.</summary>
static class FileReader
{
    /// <summary>Reads, hashes and probes one file. A bad file is a row with a reason, never an exception.</summary>
    public static async Task<SourceRow> ReadAsync(
        ObjectStores objects, FoundFile file, ImageLimits limits, CancellationToken cancel)
    {
        if (file.Unreadable is { } trouble)
        {
            return Failed(file, FailureReason.Unreadable, trouble);
        }

        // An empty file is not opened at all: pipes and devices have no length either, and opening one would wait for ever.
        if (file.Bytes == 0)
        {
            return Rejected(file, new Rejection(RejectionReason.EmptyFile, "the file has no bytes"));
        }

        try
        {
            using var bytes = await objects.ReadAsync(file.Uri, file.Etag, limits.MaxBytes, cancel);
            return bytes is null
                ? Rejected(file, new Rejection(
                    RejectionReason.TooManyBytes, $"{file.Bytes:N0} bytes; the limit is {limits.MaxBytes:N0}"))
                : Probe(file, bytes.Span, limits);
        }
        catch (Exception fault) when (FailureReason.Of(fault) is { } reason)
        {
            return Failed(file, reason, fault.Message);
        }
    }

    static SourceRow Probe(FoundFile file, ReadOnlySpan<byte> bytes, ImageLimits limits)
    {
        var probe = ImageProbe.Read(bytes, limits);
        if (probe.Header is not { } header)
        {
            return Rejected(file, probe.Rejection!.Value);
        }

        Span<byte> sha256 = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, sha256);
        var image = new ImageRow(
            ImageIdentity.FromSha256(sha256), sha256.ToArray(), header.Format, header.WidthPx, header.HeightPx,
            bytes.Length, header.Frames, header.HasAlpha, header.TakenAt);
        var warning = ImageProbe.WrongExtension(Path.GetFileName(file.Uri), header.Format) ? "wrong_extension" : null;
        return SourceRow.Ingested(file.Uri, file.Etag, bytes.Length, file.ModifiedAt, image, warning);
    }

    static SourceRow Rejected(FoundFile file, Rejection rejection) => SourceRow.Refused(
        file.Uri, file.Etag, file.Bytes, file.ModifiedAt, SourceState.Rejected, rejection.Reason, rejection.Detail);

    static SourceRow Failed(FoundFile file, string reason, string detail) => SourceRow.Refused(
        file.Uri, file.Etag, file.Bytes, file.ModifiedAt, SourceState.Failed, reason, detail);
}
