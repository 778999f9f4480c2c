using ImagePipeline.Imaging.Decoding;
using ImagePipeline.Imaging.Resampling;
using ImagePipeline.Imaging.Vips;

namespace ImagePipeline.Imaging;

/// <summary>
/// Decodes the first frame of a file, upright, as 8-bit sRGB. A file that cannot be used is a rejection, never an
/// exception.
/// </summary>
/// <remarks>
/// One file costs one look at the header and one decode, shrunk on load where the format can (JPEG by 2, 4 or 8, WebP
/// by any factor) such that at least twice the wanted size is left for the real resampling kernel. Rows stream: memory
/// depends on the width, except for the formats named at <see cref="ImageLimits.MaxPixelsHeld"/>. All functions may be
/// called from any number of threads; one call uses one thread.
/// </remarks>
public static unsafe class ImageDecoder
{
    /// <summary>
    /// Pictures no longer than this either way are decoded whole and resized for a model from those pixels; larger ones too, decoded to
    /// fit it, where their margins are to be found first. Whoever has those pixels already, for the hashes, gets the same input from
    /// <see cref="ModelInputOf"/> without a second decode.
    /// </summary>
    public const int WholeEdgePx = 512;

    const int LargestResizedEdgePx = 4096;

    /// <summary>Pictures of no more pixels are computed at once, all others in strips.</summary>
    const int ReadHerePixels = 1 << 20;

    /// <summary>
    /// Decodes to fit a square, aspect kept, never enlarged, alpha on white. Feeds hashes and palette.
    /// </summary>
    /// <param name="bytes">The file.</param>
    /// <param name="edgePx">The longest edge of the result, 1 to 16,384.</param>
    /// <param name="limits">What the picture may cost; null: <see cref="ImageLimits.Default"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The edge is out of range.</exception>
    public static DecodeResult DecodeToFit(ReadOnlySpan<byte> bytes, int edgePx, ImageLimits? limits = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(edgePx, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(edgePx, 16_384);
        return Decode(bytes, limits ?? ImageLimits.Default, header => ResizePlan.ToFit(header, edgePx));
    }

    /// <summary>Decodes to a model's exact size, enlarging small pictures, alpha on white.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="shape">Size, fit and kernel.</param>
    /// <param name="limits">What the picture may cost; null: <see cref="ImageLimits.Default"/>.</param>
    /// <exception cref="ArgumentException">The shape is out of range or contradicts itself.</exception>
    public static DecodeResult DecodeForModel(ReadOnlySpan<byte> bytes, ModelInputShape shape,
        ImageLimits? limits = null)
    {
        shape.Validate();
        var decoded = Decode(bytes, limits ?? ImageLimits.Default, header => IsFromFit(header, shape)
            ? ResizePlan.ToFit(header, WholeEdgePx)
            : ResizePlan.ToModel(header.WidthPx, header.HeightPx, shape));
        if (!decoded.IsDecoded || !IsFromFit(decoded.Header, shape))
        {
            return decoded;
        }
        using (decoded.Pixels)
        {
            return new(decoded.Header, ModelInput.From(decoded.Pixels, shape));
        }
    }

    /// <summary>
    /// What <see cref="DecodeForModel"/> yields for the same file, from pixels that <see cref="DecodeToFit"/> made with an edge of
    /// <see cref="WholeEdgePx"/>; null where that decodes the picture by itself.
    /// </summary>
    /// <param name="decoded">A decoded picture; it stays the caller's.</param>
    /// <param name="shape">Size, fit and kernel.</param>
    public static PixelBuffer? ModelInputOf(DecodeResult decoded, ModelInputShape shape) =>
        decoded.IsDecoded && IsFromFit(decoded.Header, shape)
            ? ModelInput.From(decoded.Pixels, shape)
            : null;

    /// <summary>
    /// Decodes every pixel: 3 channels, or 4 where the file has alpha. The result is as large as the picture.
    /// </summary>
    /// <param name="bytes">The file.</param>
    /// <param name="limits">What the picture may cost (<see cref="ImageLimits.MaxPixelsHeld"/> applies); null: the
    /// default.</param>
    public static DecodeResult DecodeFull(ReadOnlySpan<byte> bytes, ImageLimits? limits = null)
    {
        limits ??= ImageLimits.Default;
        fixed (byte* start = bytes)
        {
            if (OpenedImage.TryOpen(start, bytes.Length, limits, out var opened) is { } refused)
            {
                return new(refused);
            }
            using (opened!)
            {
                var header = opened!.Header;
                return Guards.OfPixels(header.WidthPx, header.HeightPx, held: true, limits) is { } tooMany
                    ? new(tooMany)
                    : Read(opened, o => PixelSteps.Upright(PixelSteps.ToSrgb(o.Take(shrink: 1))));
            }
        }
    }

    /// <summary>Whether a picture is resized in memory: a hair line is not, before its centre is cut out.</summary>
    static bool IsFromFit(ImageHeader header, ModelInputShape shape)
    {
        var plan = ResizePlan.ToModel(header.WidthPx, header.HeightPx, shape);
        return (shape.TrimMargins || Math.Max(header.WidthPx, header.HeightPx) <= WholeEdgePx)
            && Math.Max(plan.WidthPx, plan.HeightPx) <= LargestResizedEdgePx;
    }

    static DecodeResult Decode(ReadOnlySpan<byte> bytes, ImageLimits limits, Func<ImageHeader, ResizePlan> planner)
    {
        fixed (byte* start = bytes)
        {
            if (OpenedImage.TryOpen(start, bytes.Length, limits, out var opened) is { } refused)
            {
                return new(refused);
            }
            using (opened!)
            {
                var plan = planner(opened!.Header);
                return Read(opened, o => Planned(o, plan));
            }
        }
    }

    static VipsImage Planned(OpenedImage opened, ResizePlan plan)
    {
        var header = opened.Header;
        var shrink = Math.Min(header.WidthPx / (double)plan.WidthPx, header.HeightPx / (double)plan.HeightPx);
        // Shrinking on load averages blocks; the last factor of two is the kernel's.
        var image = PixelSteps.Flattened(opened.Take(shrink / 2));
        var (width, height) = header.IsTurned ? (plan.HeightPx, plan.WidthPx) : (plan.WidthPx, plan.HeightPx);
        image = PixelSteps.Upright(PixelSteps.ToSrgb(PixelSteps.Resized(image, width, height, plan.Kernel)));
        return plan.Window is { } window ? PixelSteps.Cut(image, window) : image;
    }

    /// <summary>Computes the pixels of a plan; this is where decoding happens.</summary>
    static DecodeResult Read(OpenedImage opened, Func<OpenedImage, VipsImage> planner)
    {
        PixelBuffer? pixels = null;
        try
        {
            using var image = planner(opened);
            pixels = new PixelBuffer(image.WidthPx, image.HeightPx, image.Bands);
            if (opened.Header.WidthPx * (long)opened.Header.HeightPx <= ReadHerePixels)
            {
                image.ReadHere(pixels.Writable);
            }
            else
            {
                image.Read(pixels.Writable);
            }

            return new(opened.Header, pixels);
        }
        catch (VipsException failure)
        {
            pixels?.Dispose();
            return new(opened.Rejected(failure));
        }
    }
}
