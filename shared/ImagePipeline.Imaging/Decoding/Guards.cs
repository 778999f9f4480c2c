using System.Globalization;
using ImagePipeline.Imaging.Formats;
using ImagePipeline.Imaging.Vips;

namespace ImagePipeline.Imaging.Decoding;

/// <summary>Every way in which a file is turned down, in the order of the checks.</summary>
static class Guards
{
    /// <summary>What the bytes alone tell: their number and the format they start like.</summary>
    public static Rejection? OfBytes(ReadOnlySpan<byte> bytes, ImageLimits limits, out string format)
    {
        format = "";
        if (bytes.IsEmpty)
        {
            return new(RejectionReason.EmptyFile, "The file has no bytes.");
        }
        if (bytes.Length > limits.MaxBytes)
        {
            return new(RejectionReason.TooManyBytes,
                $"{Number(bytes.Length)} bytes; the limit is {Number(limits.MaxBytes)}");
        }
        var readable = TiffDirectory.IsCameraRaw(bytes) ? null : Signature.Readable(bytes);
        if (readable is null)
        {
            return Signature.UnreadableName(bytes) is { } name
                ? new(RejectionReason.UnsupportedFormat,
                    $"{name} is not read by this build; convert it to JPEG, PNG, WebP, TIFF or AVIF")
                : new(RejectionReason.NotAnImage,
                    "it starts like no picture format: " + Convert.ToHexStringLower(bytes[..Math.Min(8, bytes.Length)]));
        }
        format = readable;
        return null;
    }

    /// <summary>What the header tells: size and number of frames.</summary>
    public static Rejection? OfHeader(ImageHeader header, ImageLimits limits)
    {
        if (header.WidthPx < 1 || header.HeightPx < 1)
        {
            return new(RejectionReason.ZeroSize, $"{header.WidthPx} x {header.HeightPx} pixels");
        }
        if (header.Frames > limits.MaxFrames)
        {
            return new(RejectionReason.TooManyFrames,
                $"{Number(header.Frames)} frames; the limit is {Number(limits.MaxFrames)}");
        }
        return OfPixels(header.WidthPx, header.HeightPx, header.HoldsWholeImage, limits);
    }

    /// <summary>The pixel limit, the lower one when the whole picture has to be held.</summary>
    public static Rejection? OfPixels(long widthPx, long heightPx, bool held, ImageLimits limits)
    {
        var limit = held ? Math.Min(limits.MaxPixelsHeld, limits.MaxPixels) : limits.MaxPixels;
        if (widthPx * heightPx <= limit)
        {
            return null;
        }
        var what = held ? "the limit for pictures that are decoded whole" : "the limit";
        return new(RejectionReason.TooManyPixels,
            $"{widthPx} x {heightPx} = {Number(widthPx * heightPx)} pixels; {what} is {Number(limit)}");
    }

    /// <summary>
    /// What a failed header or decode means: nothing to see, cut short, or broken. The library's text is a hint only.
    /// </summary>
    public static Rejection OfFailure(ReadOnlySpan<byte> bytes, string format, VipsException failure)
    {
        if (failure.IsUnsupported)
        {
            return new(RejectionReason.UnsupportedFormat,
                $"this kind of {format} is not read: {failure.Message}; convert it to 8-bit RGB");
        }
        if (DeclaredSize.IsZero(bytes, format))
        {
            return new(RejectionReason.ZeroSize, $"the {format} header gives a width or height of 0");
        }
        return FileEnd.IsMissing(bytes, format)
            ? new(RejectionReason.Truncated,
                $"the {format} file ends before its picture does; the decoder says: {failure.Message}")
            : new(RejectionReason.Corrupt, $"the {format} file is broken; the decoder says: {failure.Message}");
    }

    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
