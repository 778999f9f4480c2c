namespace ImagePipeline.Imaging.Samples;

/// <summary>A decoded picture.</summary>
/// <param name="Rgb">sRGB bytes, row-major, height x width x 3.</param>
/// <param name="WidthPx">Width, at least 1.</param>
/// <param name="HeightPx">Height, at least 1.</param>
public sealed record RgbPicture(byte[] Rgb, int WidthPx, int HeightPx)
{
    /// <summary>A black picture.</summary>
    public static RgbPicture Blank(int widthPx, int heightPx) =>
        new(new byte[checked(widthPx * heightPx * 3)], widthPx, heightPx);

    /// <summary>Draws the scene of a seed; see <see cref="SceneRenderer"/>.</summary>
    public static RgbPicture Scene(int seed, int widthPx, int heightPx)
    {
        var picture = Blank(widthPx, heightPx);
        SceneRenderer.Render(seed, widthPx, heightPx, picture.Rgb);
        return picture;
    }

    /// <summary>The three bytes of a pixel; the columns and rows beyond the border repeat it.</summary>
    internal Span<byte> At(int x, int y) =>
        Rgb.AsSpan(((Math.Clamp(y, 0, HeightPx - 1) * WidthPx) + Math.Clamp(x, 0, WidthPx - 1)) * 3, 3);

    /// <summary>One row, width x 3 bytes.</summary>
    internal Span<byte> Row(int y) => Rgb.AsSpan(y * WidthPx * 3, WidthPx * 3);
}
