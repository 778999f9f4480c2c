using ImagePipeline.Imaging.Resampling;

namespace ImagePipeline.Imaging.Tests;

public class PlainMarginsTests
{
    const int WidthPx = 120;
    const int HeightPx = 80;

    static readonly byte[] Picture = TestPictures.Waves(WidthPx, HeightPx);

    [Theory]
    [InlineData(24, 16, 24, 16), InlineData(0, 20, 0, 20), InlineData(30, 0, 10, 0), InlineData(5, 40, 9, 3)]
    public void Margins_of_one_colour_are_found_to_the_pixel(int left, int top, int right, int bottom)
    {
        var (rgb, width, height) = Padded(left, top, right, bottom, (20, 40, 90));

        Assert.Equal((left, top, WidthPx, HeightPx), PlainMargins.Inside(rgb, width, height));
    }

    [Fact]
    public void A_picture_without_margins_stays_whole() =>
        Assert.Equal((0, 0, WidthPx, HeightPx), PlainMargins.Inside(Picture, WidthPx, HeightPx));

    [Theory]
    [InlineData(0, 30, 0, 0), InlineData(0, 0, 0, 30), InlineData(30, 0, 0, 0)]
    public void A_margin_on_one_side_is_part_of_the_picture(int left, int top, int right, int bottom)
    {
        var (rgb, width, height) = Padded(left, top, right, bottom, (255, 255, 255));

        Assert.Equal((0, 0, width, height), PlainMargins.Inside(rgb, width, height));
    }

    [Fact]
    public void Margins_of_two_colours_are_part_of_the_picture()
    {
        var (rgb, width, height) = Padded(0, 20, 0, 20, (255, 255, 255));
        rgb.AsSpan(0, 3 * width * 20).Clear();

        Assert.Equal((0, 0, width, height), PlainMargins.Inside(rgb, width, height));
    }

    [Fact]
    public void A_line_at_the_edge_is_no_margin()
    {
        var (rgb, width, height) = Padded(0, 1, 0, 1, (0, 0, 0));

        Assert.Equal((0, 0, width, height), PlainMargins.Inside(rgb, width, height));
    }

    [Theory]
    [InlineData(1, 1), InlineData(1, 64), InlineData(64, 1), InlineData(64, 64)]
    public void A_plain_picture_stays_whole(int width, int height)
    {
        var rgb = new byte[3 * width * height];
        Array.Fill(rgb, (byte)130);

        Assert.Equal((0, 0, width, height), PlainMargins.Inside(rgb, width, height));
    }

    [Fact]
    public void A_small_thing_on_plain_ground_stays_whole()
    {
        var (rgb, width, height) = Padded(300, 200, 300, 200, (255, 255, 255));

        Assert.Equal((0, 0, width, height), PlainMargins.Inside(rgb, width, height));
    }

    [Theory]
    [InlineData(30), InlineData(60), InlineData(90)]
    public void Compression_hides_no_margin(int quality)
    {
        var (rgb, width, height) = Padded(24, 16, 24, 16, (0, 0, 0));
        using var decoded = ImageDecoder.DecodeToFit(ImageEncoder.ToJpeg(rgb, width, height, quality), 512);

        var inside = PlainMargins.Inside(decoded.Pixels!.Rgb, width, height);

        // What a block of 8 x 8 pixels leaves outside the picture may count as picture.
        Assert.InRange(inside.Left, 16, 24);
        Assert.InRange(inside.Top, 8, 16);
        Assert.InRange(inside.WidthPx, WidthPx, WidthPx + 16);
        Assert.InRange(inside.HeightPx, HeightPx, HeightPx + 16);
    }

    [Theory]
    [InlineData(200, 150), InlineData(1200, 900)]
    public void A_model_that_trims_sees_a_padded_picture_as_it_sees_the_picture(int width, int height)
    {
        var shape = new ModelInputShape(64, 64, ModelFit.Stretch, ResizeKernel.Lanczos3, TrimMargins: true);
        var picture = TestPictures.Waves(width, height);
        var (rgb, paddedWidth, paddedHeight) = Padded(picture, width, width / 5, height / 5, width / 5, height / 5, (0, 0, 0));
        var padded = ImageEncoder.ToPng(rgb, paddedWidth, paddedHeight);

        using var plain = ImageDecoder.DecodeForModel(ImageEncoder.ToPng(picture, width, height), shape);
        using var trimmed = ImageDecoder.DecodeForModel(padded, shape);
        using var untrimmed = ImageDecoder.DecodeForModel(padded, shape with { TrimMargins = false });

        Assert.InRange(MeanDifference(plain, trimmed), 0, 5);
        Assert.InRange(MeanDifference(plain, untrimmed), 15, 255);
    }

    [Fact]
    public void A_large_picture_is_decoded_once_for_hashes_and_a_model_that_trims()
    {
        var shape = new ModelInputShape(64, 64, ModelFit.Stretch, ResizeKernel.Bilinear, TrimMargins: true);
        var file = ImageEncoder.ToJpeg(TestPictures.Waves(1300, 700), 1300, 700, 90);

        using var decoded = ImageDecoder.DecodeToFit(file, ImageDecoder.WholeEdgePx);
        using var shared = ImageDecoder.ModelInputOf(decoded, shape);
        using var direct = ImageDecoder.DecodeForModel(file, shape);

        Assert.Equal(direct.Pixels!.Rgb.ToArray(), shared!.Rgb.ToArray());
    }

    static (byte[] Rgb, int WidthPx, int HeightPx) Padded(int left, int top, int right, int bottom, (byte R, byte G, byte B) colour) =>
        Padded(Picture, WidthPx, left, top, right, bottom, colour);

    static (byte[] Rgb, int WidthPx, int HeightPx) Padded(
        byte[] picture, int widthPx, int left, int top, int right, int bottom, (byte R, byte G, byte B) colour)
    {
        var heightPx = picture.Length / 3 / widthPx;
        var (width, height) = (left + widthPx + right, top + heightPx + bottom);
        var rgb = new byte[3 * width * height];
        for (var at = 0; at < rgb.Length; at += 3)
        {
            (rgb[at], rgb[at + 1], rgb[at + 2]) = colour;
        }

        for (var y = 0; y < heightPx; y++)
        {
            picture.AsSpan(3 * widthPx * y, 3 * widthPx).CopyTo(rgb.AsSpan(3 * (((top + y) * width) + left)));
        }

        return (rgb, width, height);
    }

    static double MeanDifference(DecodeResult a, DecodeResult b)
    {
        var (left, right) = (a.Pixels!.Rgb.ToArray(), b.Pixels!.Rgb.ToArray());
        return left.Zip(right, (x, y) => Math.Abs(x - y)).Average();
    }
}
