using ImagePipeline.Imaging.Formats;

namespace ImagePipeline.Imaging;

/// <summary>
/// Which pictures a page needs a thumbnail of. One that is small already, in a format that browsers show, is its own: a reduction
/// would save next to nothing, and cost more than the hashes.
/// </summary>
public static class ThumbnailRule
{
    /// <summary>The longest edge of a thumbnail, pixels; smaller pictures keep their size.</summary>
    public const int EdgePx = 256;

    /// <summary>The longest edge of a picture that is its own thumbnail, pixels.</summary>
    public const int LargestOwnEdgePx = 512;

    /// <summary>The length of a file that is its own thumbnail, bytes.</summary>
    public const int MostOwnBytes = 32 * 1024;

    /// <summary>Whether a picture needs a thumbnail besides itself.</summary>
    /// <param name="format">As in <see cref="ImageHeader.Format"/>.</param>
    /// <param name="widthPx">Width, pixels.</param>
    /// <param name="heightPx">Height, pixels.</param>
    /// <param name="bytes">Length of the file.</param>
    public static bool IsNeeded(string format, int widthPx, int heightPx, long bytes) =>
        bytes > MostOwnBytes || Math.Max(widthPx, heightPx) > LargestOwnEdgePx
        || format is not (ImageFormat.Jpeg or ImageFormat.Png or ImageFormat.Webp or ImageFormat.Gif);
}
