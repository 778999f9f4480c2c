using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.Imaging.Tests.Samples;

public sealed class TonalEdits
{
    static readonly RgbPicture Picture = RgbPicture.Scene(1, 50, 40);

    public static TheoryData<string> Names => [.. All.Keys];

    static Dictionary<string, Func<RgbPicture, RgbPicture>> All { get; } = new()
    {
        ["crop"] = p => PictureEdits.Crop(p, 0.1),
        ["pad"] = p => PictureEdits.Pad(p, 0.1, 0.1, RgbColour.White),
        ["rotate 90"] = PictureEdits.Rotate90,
        ["mirror"] = PictureEdits.Mirror,
        ["rotate"] = p => PictureEdits.RotateDegrees(p, 7, RgbColour.Black),
        ["resize"] = p => PictureEdits.Resize(p, 0.7),
        ["brightness"] = p => PictureEdits.Brightness(p, 1.2),
        ["gamma"] = p => PictureEdits.Gamma(p, 1.4),
        ["contrast"] = p => PictureEdits.Contrast(p, 1.4),
        ["saturation"] = p => PictureEdits.Saturation(p, 0.3),
        ["blur"] = p => PictureEdits.Blur(p, 2),
        ["noise"] = p => PictureEdits.Noise(p, 10, 1),
        ["text"] = p => PictureEdits.TextOverlay(p, "Hello"),
        ["watermark"] = p => PictureEdits.Watermark(p, "SAMPLE"),
        ["sticker"] = p => PictureEdits.Sticker(p),
        ["border"] = p => PictureEdits.Border(p, 0.1, RgbColour.White),
        ["paste"] = p => PictureEdits.PasteInto(p, RgbPicture.Scene(2, 50, 40)),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void An_edit_changes_its_result_and_never_its_input(string name)
    {
        var before = Picture.Rgb.ToArray();

        var after = All[name](Picture);

        Assert.Equal(before, Picture.Rgb);
        Assert.Equal(after.WidthPx * after.HeightPx * 3, after.Rgb.Length);
        Assert.NotEqual(before, after.Rgb);
    }

    [Fact]
    public void Neutral_settings_leave_the_picture()
    {
        Assert.Equal(Picture.Rgb, PictureEdits.Brightness(Picture, 1).Rgb);
        Assert.Equal(Picture.Rgb, PictureEdits.Gamma(Picture, 1).Rgb);
        Assert.Equal(Picture.Rgb, PictureEdits.Contrast(Picture, 1).Rgb);
        Assert.Equal(Picture.Rgb, PictureEdits.Saturation(Picture, 1).Rgb);
        Assert.Equal(Picture.Rgb, PictureEdits.Blur(Picture, 0).Rgb);
        Assert.Equal(Picture.Rgb, PictureEdits.Noise(Picture, 0, 1).Rgb);
    }

    [Fact]
    public void Brightness_multiplies_and_saturates()
    {
        var pixel = new RgbPicture([10, 100, 200], 1, 1);

        Assert.Equal([15, 150, 255], PictureEdits.Brightness(pixel, 1.5).Rgb);
    }

    [Fact]
    public void Gamma_above_one_lifts_the_middle_and_keeps_the_ends()
    {
        // 255 * (128 / 255) ^ (1 / 2) = 180.67
        Assert.Equal([0, 181, 255], PictureEdits.Gamma(new RgbPicture([0, 128, 255], 1, 1), 2).Rgb);
    }

    [Fact]
    public void No_saturation_is_the_luma()
    {
        // 0.299 * 200 + 0.587 * 100 + 0.114 * 50 = 124.2
        Assert.Equal([124, 124, 124], PictureEdits.Saturation(new RgbPicture([200, 100, 50], 1, 1), 0).Rgb);
    }

    [Fact]
    public void Blur_spreads_a_dot_as_three_boxes_do()
    {
        var line = RgbPicture.Blank(13, 1);
        line.Rgb.AsSpan(18, 3).Fill(243);

        var blurred = PictureEdits.Blur(line, 1);

        // Three box means of width 3 have the weights 1 3 6 7 6 3 1 over 27; 243 / 27 = 9.
        Assert.Equal([0, 0, 0, 9, 27, 54, 63, 54, 27, 9, 0, 0, 0], blurred.Rgb.Where((_, i) => i % 3 == 0));
    }

    [Fact]
    public void Noise_has_the_deviation_asked_for_and_repeats_by_seed()
    {
        var grey = RgbPicture.Blank(100, 100);
        grey.Rgb.AsSpan().Fill(128);

        var noisy = PictureEdits.Noise(grey, 12, 7);

        Assert.Equal(128, noisy.Rgb.Average(value => (double)value), 0.5);
        Assert.Equal(12, Math.Sqrt(noisy.Rgb.Average(value => Math.Pow(value - 128, 2))), 0.4);
        Assert.Equal(noisy.Rgb, PictureEdits.Noise(grey, 12, 7).Rgb);
        Assert.NotEqual(noisy.Rgb, PictureEdits.Noise(grey, 12, 8).Rgb);
    }

    [Fact]
    public void A_caption_covers_the_bottom_only()
    {
        var captioned = PictureEdits.TextOverlay(Picture, "HELLO", 0.1);

        var half = Picture.Rgb.Length / 2;
        Assert.Equal(Picture.Rgb[..half], captioned.Rgb[..half]);
        Assert.NotEqual(Picture.Rgb[half..], captioned.Rgb[half..]);
    }

    [Fact]
    public void A_border_has_the_thickness_asked_for()
    {
        var framed = PictureEdits.Border(Picture, 0.1, new RgbColour(9, 8, 7));

        // A tenth of the shorter side, 40 px, is 4 px.
        var inside = PictureEdits.Crop(framed, 4.0 / 50, 4.0 / 40, 4.0 / 50, 4.0 / 40);
        Assert.Equal(PictureEdits.Crop(Picture, 4.0 / 50, 4.0 / 40, 4.0 / 50, 4.0 / 40).Rgb, inside.Rgb);
        Assert.Equal([9, 8, 7, 9, 8, 7], framed.Rgb.AsSpan(((20 * 50) + 2) * 3, 6).ToArray());
    }

    [Fact]
    public void A_pasted_picture_lies_where_asked()
    {
        var background = RgbPicture.Blank(100, 80);

        var pasted = PictureEdits.PasteInto(Picture, background, 0.5, 1, 0);

        Assert.Equal(Picture.Rgb, PictureEdits.Crop(pasted, 0.5, 0, 0, 0.5).Rgb);
        Assert.All(PictureEdits.Crop(pasted, 0, 0, 0.5, 0).Rgb, value => Assert.Equal(0, value));
    }
}
