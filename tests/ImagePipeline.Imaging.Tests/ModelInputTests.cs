namespace ImagePipeline.Imaging.Tests;

public class ModelInputTests
{
    [Theory]
    [InlineData(ResizeKernel.Bilinear, 40, 30)]
    [InlineData(ResizeKernel.Bicubic, 40, 30)]
    [InlineData(ResizeKernel.Lanczos3, 40, 30)]
    [InlineData(ResizeKernel.Bilinear, 71, 53)]
    [InlineData(ResizeKernel.Bicubic, 150, 120)]
    [InlineData(ResizeKernel.Bilinear, 150, 120)]
    public void Stretching_matches_a_naive_antialiased_resampler(ResizeKernel kernel, int widthPx, int heightPx)
    {
        var rgb = TestPictures.Waves(100, 80);
        var expected = NaiveResize.Apply(rgb, 100, 80, widthPx, heightPx, kernel);

        using var decoded = ImageDecoder.DecodeForModel(ImageEncoder.ToPng(rgb, 100, 80),
            new(widthPx, heightPx, ModelFit.Stretch, kernel));

        Assert.Equal((widthPx, heightPx), (decoded.Pixels!.WidthPx, decoded.Pixels.HeightPx));
        Assert.InRange(TestPictures.Difference(expected, decoded.Pixels.Rgb), 0, 1.0);
    }

    [Fact]
    public void Nearest_invents_no_colour()
    {
        var rgb = TestPictures.Quadrants(64, 64);

        using var decoded = ImageDecoder.DecodeForModel(ImageEncoder.ToPng(rgb, 64, 64),
            new(9, 9, ModelFit.Stretch, ResizeKernel.Nearest));

        Assert.All(decoded.Pixels!.Rgb.ToArray(), v => Assert.True(v is 0 or 255));
    }

    [Theory]
    [InlineData(300, 200)]
    [InlineData(200, 301)]
    [InlineData(3, 2)]
    [InlineData(1, 1)]
    [InlineData(2000, 1500)]
    public void Every_fit_gives_exactly_the_size_from_any_size(int widthPx, int heightPx)
    {
        var file = ImageEncoder.ToJpeg(TestPictures.Waves(widthPx, heightPx), widthPx, heightPx, 90);
        foreach (var fit in Enum.GetValues<ModelFit>())
        {
            foreach (var kernel in Enum.GetValues<ResizeKernel>())
            {
                using var decoded = ImageDecoder.DecodeForModel(file,
                    new(96, 64, fit, kernel, fit == ModelFit.Crop ? 110 : 0));

                Assert.Equal((96, 64, 3), (decoded.Pixels!.WidthPx, decoded.Pixels.HeightPx, decoded.Pixels.Channels));
            }
        }
    }

    [Fact]
    public void Crop_keeps_the_centre_and_pad_keeps_everything_on_black()
    {
        // Left third red, middle green, right blue.
        var rgb = new byte[300 * 100 * 3];
        for (var i = 0; i < 300 * 100; i++)
        {
            rgb[3 * i + i % 300 / 100] = 255;
        }
        var file = ImageEncoder.ToPng(rgb, 300, 100);

        using var crop = ImageDecoder.DecodeForModel(file, new(50, 50, ModelFit.Crop, ResizeKernel.Bilinear));
        using var pad = ImageDecoder.DecodeForModel(file, new(60, 60, ModelFit.Pad, ResizeKernel.Bilinear));

        Assert.True(crop.Pixels!.Rgb.Slice(3 * (25 * 50 + 2), 3) is [< 20, > 235, < 20]);
        Assert.True(crop.Pixels.Rgb.Slice(3 * (25 * 50 + 47), 3) is [< 20, > 235, < 20]);
        Assert.True(pad.Pixels!.Rgb.Slice(3 * (30 * 60 + 5), 3) is [> 235, < 20, < 20]);
        Assert.True(pad.Pixels.Rgb.Slice(3 * (30 * 60 + 55), 3) is [< 20, < 20, > 235]);
        Assert.True(pad.Pixels.Rgb[..(3 * 60 * 15)].IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void A_shape_that_contradicts_itself_is_an_argument_error()
    {
        Assert.Throws<ArgumentException>(() =>
            ImageDecoder.DecodeForModel([1], new(0, 10, ModelFit.Crop, ResizeKernel.Bilinear)));
        Assert.Throws<ArgumentException>(() =>
            ImageDecoder.DecodeForModel([1], new(64, 64, ModelFit.Crop, ResizeKernel.Bilinear, 32)));
        Assert.Throws<ArgumentException>(() =>
            ImageDecoder.DecodeForModel([1], new(64, 64, ModelFit.Pad, ResizeKernel.Bilinear, 80)));
    }

    [Theory]
    [InlineData(ModelFit.Crop, ResizeKernel.Bicubic, 256, false)]
    [InlineData(ModelFit.Stretch, ResizeKernel.Lanczos3, 0, true)]
    [InlineData(ModelFit.Pad, ResizeKernel.Nearest, 0, true)]
    public void A_shape_in_words_is_read_back_by_the_same_build_alone(ModelFit fit, ResizeKernel kernel, int shortSidePx, bool trims)
    {
        var shape = new ModelInputShape(224, 192, fit, kernel, shortSidePx, trims);

        var words = shape.ToWords();

        Assert.Equal(shape, ModelInputShape.FromWords(words));
        Assert.Equal(224 * 192 * 3, shape.InputBytes);
        Assert.Matches("^[a-z0-9-]+$", words);
        Assert.Null(ModelInputShape.FromWords(words[..^1] + (words[^1] == '0' ? '1' : '0')));
        Assert.Null(ModelInputShape.FromWords(words.Replace("224", "0224", StringComparison.Ordinal)));
        Assert.Null(ModelInputShape.FromWords("input"));
    }
}
