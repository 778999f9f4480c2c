using ImagePipeline.Imaging.Vips;

namespace ImagePipeline.Imaging.Tests;

/// <summary>Every kind of pixel a file may hold ends as 8-bit sRGB of the same look.</summary>
public class PixelKindTests
{
    const int WidthPx = 90;
    const int HeightPx = 60;
    static readonly byte[] Rgb = TestPictures.Quadrants(WidthPx, HeightPx);

    static VipsImage Picture => VipsImage.FromPixels(Rgb, WidthPx, HeightPx);

    [Fact]
    public void Palette_and_interlaced_png_are_exact()
    {
        using var image = Picture;
        foreach (var file in new[] { image.Save("pngsave_buffer", ("palette", "true")),
            image.Save("pngsave_buffer", ("interlace", "true")) })
        {
            using var decoded = ImageDecoder.DecodeToFit(file, 512);

            Assert.Equal(Rgb, decoded.Pixels!.Rgb.ToArray());
        }
        Assert.True(ImageProbe.Read(image.Save("pngsave_buffer", ("interlace", "true"))).Header!.HoldsWholeImage);
        Assert.False(ImageProbe.Read(image.Save("pngsave_buffer")).Header!.HoldsWholeImage);
        Assert.True(ImageProbe.Read(image.Save("jpegsave_buffer", ("interlace", "true"))).Header!.HoldsWholeImage);
        Assert.False(ImageProbe.Read(image.Save("jpegsave_buffer")).Header!.HoldsWholeImage);
    }

    [Theory]
    [InlineData("pngsave_buffer"), InlineData("tiffsave_buffer")]
    public void Sixteen_bits_become_eight(string saver)
    {
        using var deep = Picture.Into("colourspace", ("space", "rgb16"));
        var file = deep.Save(saver);

        using var decoded = ImageDecoder.DecodeToFit(file, 512);
        using var full = ImageDecoder.DecodeFull(file);

        Assert.Equal(16, decoded.Header!.BitsPerChannel);
        Assert.Equal(Rgb, decoded.Pixels!.Rgb.ToArray());
        Assert.Equal(Rgb, full.Pixels!.Rgb.ToArray());
    }

    [Fact]
    public void Grey_becomes_three_equal_channels()
    {
        using var grey = Picture.Into("colourspace", ("space", "b-w"));
        foreach (var saver in new[] { "pngsave_buffer", "tiffsave_buffer" })
        {
            using var decoded = ImageDecoder.DecodeToFit(grey.Save(saver), 512);

            Assert.Equal(3, decoded.Pixels!.Channels);
            // Rec. 709 luma of pure blue is dark, of pure green bright, whatever the exact weights.
            Assert.InRange(At(decoded.Pixels, 5, 55)[0], 1, 90);
            Assert.InRange(At(decoded.Pixels, 85, 5)[0], 140, 240);
            Assert.All(Enumerable.Range(0, WidthPx * HeightPx), i =>
                Assert.Equal(decoded.Pixels.Rgb[3 * i], decoded.Pixels.Rgb[3 * i + 2]));
        }
    }

    [Fact]
    public void Cmyk_inks_look_as_they_print()
    {
        // Full magenta + yellow, cyan + yellow above cyan + magenta, bare paper.
        byte[][] inks = [[0, 255, 255, 0], [255, 0, 255, 0], [255, 255, 0, 0], [0, 0, 0, 0]];
        var cmyk = Enumerable.Range(0, 64 * 64).SelectMany(i => inks[i % 64 / 32 + i / 64 / 32 * 2]).ToArray();
        using var image = VipsImage.FromPixels(cmyk, 64, 64, 4, "cmyk");
        foreach (var file in new[] { image.Save("jpegsave_buffer", ("Q", "95")), image.Save("tiffsave_buffer") })
        {
            using var decoded = ImageDecoder.DecodeToFit(file, 512);

            Assert.True(At(decoded.Pixels!, 5, 5) is [> 200, < 70, < 80], "red");
            Assert.True(At(decoded.Pixels!, 60, 5) is [< 60, > 110, < 110], "green");
            Assert.True(At(decoded.Pixels!, 5, 60) is [< 90, < 80, > 90], "blue");
            Assert.True(At(decoded.Pixels!, 60, 60) is [> 250, > 250, > 250], "white");
        }
    }

    [Fact]
    public void A_display_p3_profile_is_applied()
    {
        byte[] brick = [200, 80, 60];
        var rgb = Enumerable.Repeat(brick, WidthPx * HeightPx).SelectMany(p => p).ToArray();
        using var wide = VipsImage.FromPixels(rgb, WidthPx, HeightPx)
            .Into("icc_transform", ("output-profile", "p3"), ("input-profile", "srgb"));
        var file = wide.Save("pngsave_buffer");

        using var decoded = ImageDecoder.DecodeToFit(file, 512);

        var stored = new byte[rgb.Length];
        wide.Read(stored);
        Assert.True(Math.Abs(stored[0] - 200) > 5, "the same colour has other numbers in the wider space");
        Assert.InRange(TestPictures.Difference(rgb, decoded.Pixels!.Rgb), 0, 2);
    }

    [Theory]
    [InlineData("pngsave_buffer", false), InlineData("webpsave_buffer", false), InlineData("pngsave_buffer", true)]
    public void Transparent_pixels_are_put_on_white(string saver, bool deep)
    {
        byte[] rgba = [0, 0, 0, 0, 0, 255, 0, 128, 10, 20, 30, 255, 200, 0, 0, 255];
        var image = VipsImage.FromPixels(rgba, 2, 2, 4);
        using var saved = deep ? image.Into("colourspace", ("space", "rgb16")) : image;
        var file = saver == "webpsave_buffer" ? saved.Save(saver, ("lossless", "true")) : saved.Save(saver);

        using var decoded = ImageDecoder.DecodeToFit(file, 512);

        Assert.True(decoded.Header!.HasAlpha);
        byte[] expected = [255, 255, 255, 127, 255, 127, 10, 20, 30, 200, 0, 0];
        Assert.InRange(TestPictures.Difference(expected, decoded.Pixels!.Rgb), 0, 0.3);
    }

    [Theory]
    [InlineData("gifsave_buffer"), InlineData("webpsave_buffer")]
    public void The_first_frame_of_an_animation_is_used(string saver)
    {
        byte[] rgb = [.. Rgb, .. Rgb.Select(v => (byte)(255 - v))];
        using var roll = VipsImage.FromPixels(rgb, WidthPx, 2 * HeightPx);

        using var decoded = ImageDecoder.DecodeToFit(roll.Save(saver, ("page-height", $"{HeightPx}")), 512);

        Assert.Equal(2, decoded.Header!.Frames);
        Assert.Equal((WidthPx, HeightPx), (decoded.Header.WidthPx, decoded.Header.HeightPx));
        Assert.InRange(TestPictures.Difference(Rgb, decoded.Pixels!.Rgb), 0, 6);
    }

    [Fact]
    public void Avif_is_read()
    {
        using var image = Picture;

        using var decoded = ImageDecoder.DecodeToFit(image.Save("heifsave_buffer", ("compression", "av1"),
            ("Q", "90")), 512);

        Assert.Equal("avif", decoded.Header!.Format);
        Assert.InRange(TestPictures.Difference(Rgb, decoded.Pixels!.Rgb), 0, 6);
    }

    static byte[] At(PixelBuffer pixels, int x, int y) => pixels.Rgb.Slice(3 * (y * pixels.WidthPx + x), 3).ToArray();
}
