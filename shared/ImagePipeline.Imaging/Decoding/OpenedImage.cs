using System.Globalization;
using ImagePipeline.Imaging.Formats;
using ImagePipeline.Imaging.Vips;

namespace ImagePipeline.Imaging.Decoding;

/// <summary>
/// A file within the limits whose header has been read, ready to be decoded. The bytes stay pinned until it is
/// disposed.
/// </summary>
sealed unsafe class OpenedImage : IDisposable
{
    readonly byte* _start;
    readonly int _length;
    VipsImage? _image;

    OpenedImage(byte* start, int length, VipsImage image, ImageHeader header)
    {
        _start = start;
        _length = length;
        _image = image;
        Header = header;
    }

    public ImageHeader Header { get; }

    ReadOnlySpan<byte> Bytes => new(_start, _length);

    /// <summary>Opens a file or says why not.</summary>
    public static Rejection? TryOpen(byte* start, int length, ImageLimits limits, out OpenedImage? opened)
    {
        opened = null;
        var bytes = new ReadOnlySpan<byte>(start, length);
        if (Guards.OfBytes(bytes, limits, out var format) is { } refused)
        {
            return refused;
        }
        VipsImage image;
        try
        {
            image = Load(format, start, length);
        }
        catch (VipsException failure)
        {
            return Guards.OfFailure(bytes, format, failure);
        }
        var header = HeaderOf(image, format);
        if (Guards.OfHeader(header, limits) is { } tooMuch)
        {
            image.Dispose();
            return tooMuch;
        }
        opened = new OpenedImage(start, length, image, header);
        return null;
    }

    /// <summary>
    /// Gives the image away, decoded at 1/<paramref name="shrink"/> of its size where the format can do that cheaply.
    /// </summary>
    /// <param name="shrink">A whole number or, for WebP, any number, at least 1.</param>
    /// <exception cref="VipsException">The header is broken in a way that the first look did not show.</exception>
    public VipsImage Take(double shrink)
    {
        var image = _image ?? throw new InvalidOperationException("The image has been taken already.");
        var block = shrink switch { >= 8 => "8", >= 4 => "4", >= 2 => "2", _ => "1" };
        if (Header.Format == ImageFormat.Jpeg && shrink >= 2)
        {
            image.Dispose();
            image = _image = Load(Header.Format, _start, _length, ("shrink", block));
        }
        else if (Header.Format == ImageFormat.Webp && shrink > 1)
        {
            image.Dispose();
            image = _image = Load(Header.Format, _start, _length,
                ("scale", (1 / shrink).ToString("R", CultureInfo.InvariantCulture)));
        }
        _image = null;
        return image;
    }

    /// <summary>The rejection for a failure while pixels were decoded.</summary>
    public Rejection Rejected(VipsException failure) => Guards.OfFailure(Bytes, Header.Format, failure);

    public void Dispose() => _image?.Dispose();

    static VipsImage Load(string format, byte* start, int length,
        params ReadOnlySpan<(string Name, string Value)> options) =>
        // By default libvips accepts a cut file and paints the rest grey.
        VipsImage.Load(ImageFormat.Loader(format), start, length,
            [("access", "sequential"), ("fail-on", "truncated"), .. options]);

    static ImageHeader HeaderOf(VipsImage image, string format)
    {
        var turned = image.Orientation >= 5;
        return new ImageHeader
        {
            Format = format,
            WidthPx = turned ? image.HeightPx : image.WidthPx,
            HeightPx = turned ? image.WidthPx : image.HeightPx,
            Orientation = image.Orientation,
            Frames = Math.Max(1, image.Frames),
            HasAlpha = image.HasAlpha,
            BitsPerChannel = image.Format switch { VipsFormat.Byte => 8, VipsFormat.UShort => 16, _ => 32 },
            HoldsWholeImage = format is ImageFormat.Webp or ImageFormat.Gif or ImageFormat.Avif
                || image.Has("interlaced"),
            TakenAt = TakenAt(image.Text("exif-ifd2-DateTimeOriginal")),
        };
    }

    /// <summary>libvips writes "2009:11:15 08:29:51 (2009:11:15 08:29:51, ASCII, 20 components, 20 bytes)".</summary>
    static DateTime? TakenAt(string? text) =>
        text?.Length >= 19 && DateTime.TryParseExact(text.AsSpan(0, 19), "yyyy:MM:dd HH:mm:ss",
            CultureInfo.InvariantCulture, DateTimeStyles.None, out var taken) ? taken : null;
}
