using System.Globalization;
using ImagePipeline.Imaging.Vips;

namespace ImagePipeline.Imaging.Decoding;

/// <summary>The steps from whatever a file holds to 8-bit sRGB. Each gives its input up.</summary>
static class PixelSteps
{
    /// <summary>
    /// Puts transparent pixels on white. Before resizing, where that is cheap, so that no hidden colour bleeds in.
    /// </summary>
    public static VipsImage Flattened(VipsImage image)
    {
        var plain = !image.IsCoded
            && image.Space is VipsSpace.Grey or VipsSpace.Srgb or VipsSpace.Rgb or VipsSpace.Rgb16 or VipsSpace.Grey16;
        if (!plain && (image.Space != VipsSpace.Cmyk || image.HasAlpha))
        {
            image = ToSrgb(image);
        }
        if (!image.HasAlpha)
        {
            return image;
        }
        // White is the largest value, and that is another one at 16 bits.
        return image.Into("flatten", ("background", image.Format == VipsFormat.UShort ? "65535" : "255"));
    }

    /// <summary>Resizes to an exact size, stored orientation.</summary>
    public static VipsImage Resized(VipsImage image, int widthPx, int heightPx, ResizeKernel kernel)
    {
        if (image.WidthPx == widthPx && image.HeightPx == heightPx)
        {
            return image;
        }
        var (across, down) = (widthPx / (double)image.WidthPx, heightPx / (double)image.HeightPx);
        if (across < 1 || down < 1)
        {
            var name = kernel switch
            {
                ResizeKernel.Nearest => "nearest",
                ResizeKernel.Bilinear => "linear",
                ResizeKernel.Bicubic => "cubic",
                _ => "lanczos3",
            };
            image = image.Into("resize", ("scale", Text(Math.Min(across, 1))), ("vscale", Text(Math.Min(down, 1))),
                ("kernel", name));
        }
        return across > 1 || down > 1 ? Enlarged(image, widthPx, heightPx, kernel) : image;
    }

    /// <summary>
    /// Enlarges about pixel centres, as Pillow and PyTorch do; libvips' own resize is half a pixel off there.
    /// </summary>
    static VipsImage Enlarged(VipsImage image, int widthPx, int heightPx, ResizeKernel kernel)
    {
        var (across, down) = (widthPx / (double)image.WidthPx, heightPx / (double)image.HeightPx);
        var name = kernel switch
        {
            ResizeKernel.Nearest => "nearest",
            ResizeKernel.Bilinear => "bilinear",
            _ => "bicubic",
        };
        return image.Into("affine",
            ("matrix", $"{Text(across)} 0 0 {Text(down)}"),
            ("odx", Text((across - 1) / 2)),
            ("ody", Text((down - 1) / 2)),
            ("oarea", $"0 0 {Text(widthPx)} {Text(heightPx)}"),
            ("interpolate", name),
            ("extend", "copy"));
    }

    /// <summary>
    /// 8-bit sRGB with or without alpha: by the embedded profile, by the built-in one for CMYK, or by the colour space.
    /// </summary>
    public static VipsImage ToSrgb(VipsImage image)
    {
        var cmyk = image.Space == VipsSpace.Cmyk;
        if (cmyk || HasForeignProfile(image))
        {
            image = Profiled(image, cmyk);
        }
        if (image.IsCoded || image.Space != VipsSpace.Srgb)
        {
            image = Converted(image);
        }
        if (image.Format != VipsFormat.Byte)
        {
            image = image.Into("cast", ("format", "uchar"));
        }
        // Spare bands of a TIFF mean nothing here.
        var colours = image.HasAlpha ? 4 : 3;
        if (image.Bands > colours)
        {
            image = image.Into("extract_band", ("band", "0"), ("n", "3"));
        }
        return image.Bands == colours ? image : throw Unsupported(image);
    }

    /// <summary>
    /// Applies the orientation. Rows are then read in another order, so the pixels are computed first.
    /// </summary>
    public static VipsImage Upright(VipsImage image) =>
        image.Orientation == 1 ? image : image.IntoMemory().Into("autorot");

    /// <summary>Cuts a window out; where it reaches over the edge it is black.</summary>
    public static VipsImage Cut(VipsImage image, (int Left, int Top, int WidthPx, int HeightPx) window)
    {
        var (left, top, width, height) = window;
        if (window == (0, 0, image.WidthPx, image.HeightPx))
        {
            return image;
        }
        return left >= 0 && top >= 0 && left + width <= image.WidthPx && top + height <= image.HeightPx
            ? image.Into("extract_area",
                ("left", Text(left)), ("top", Text(top)), ("width", Text(width)), ("height", Text(height)))
            : image.Into("embed",
                ("x", Text(-left)), ("y", Text(-top)), ("width", Text(width)), ("height", Text(height)));
    }

    /// <summary>Most profiles in the wild are sRGB itself: those need no work.</summary>
    static bool HasForeignProfile(VipsImage image)
    {
        var profile = image.Bytes("icc-profile-data");
        return profile.Length > 0 && profile.IndexOf("sRGB IEC61966-2"u8) < 0;
    }

    static VipsImage Profiled(VipsImage image, bool cmyk)
    {
        try
        {
            return cmyk
                ? image.Apply("icc_transform", ("output-profile", "srgb"), ("embedded", "true"),
                    ("input-profile", "cmyk"))
                : image.Apply("icc_transform", ("output-profile", "srgb"), ("embedded", "true"));
        }
        catch (VipsException) when (!cmyk)
        {
            // A broken profile, or one of another colour space than the pixels, is not a broken picture.
            return image.Apply("copy");
        }
        finally
        {
            image.Dispose();
        }
    }

    static VipsImage Converted(VipsImage image)
    {
        using (image)
        {
            try
            {
                return image.Apply("colourspace", ("space", "srgb"));
            }
            catch (VipsException)
            {
                throw Unsupported(image);
            }
        }
    }

    static VipsException Unsupported(VipsImage image) =>
        new($"{image.Bands} bands of {image.Format} in space {image.Space} make no colours") { IsUnsupported = true };

    static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
