using ImagePipeline.Imaging.Decoding;
using ImagePipeline.Imaging.Formats;

namespace ImagePipeline.Imaging;

/// <summary>Looks at a file's header without decoding a pixel.</summary>
public static unsafe class ImageProbe
{
    /// <summary>
    /// The header of a file, or why it is not used. An accepted header does not promise that the pixels decode.
    /// </summary>
    /// <param name="bytes">The file; its format is told by content.</param>
    /// <param name="limits">What the picture may cost; null: <see cref="ImageLimits.Default"/>.</param>
    public static ProbeResult Read(ReadOnlySpan<byte> bytes, ImageLimits? limits = null)
    {
        fixed (byte* start = bytes)
        {
            if (OpenedImage.TryOpen(start, bytes.Length, limits ?? ImageLimits.Default, out var opened) is { } refused)
            {
                return new(refused);
            }
            using (opened!)
            {
                return new(opened!.Header);
            }
        }
    }

    /// <summary>
    /// Whether a file's name promises another format than its content is. Such a file is used, with a warning.
    /// </summary>
    /// <param name="fileName">A name or path; without a known picture extension it promises nothing.</param>
    /// <param name="format">An <see cref="ImageHeader.Format"/>.</param>
    public static bool WrongExtension(string fileName, string format) =>
        ImageFormat.OfFileName(fileName) is { } promised && promised != format;
}
