using ImagePipeline.Imaging.Resampling;
using ImagePipeline.Imaging.Vips;

namespace ImagePipeline.Imaging.Tests;

public class RgbResamplerTests
{
    [Theory]
    [InlineData(ResizeKernel.Bilinear), InlineData(ResizeKernel.Bicubic), InlineData(ResizeKernel.Lanczos3)]
    public void Any_size_to_any_size_matches_the_naive_resampler(ResizeKernel kernel)
    {
        var random = new Random(4);
        foreach (var (from, to) in new[] { (100, 37), (37, 100), (64, 64), (1, 50), (50, 1), (7, 5), (300, 128) })
        {
            var (width, height, toWidth, toHeight) = (from, Math.Max(1, from * 2 / 3), to, Math.Max(1, to / 2));
            var rgb = new byte[3 * width * height];
            random.NextBytes(rgb);
            var expected = NaiveResize.Apply(rgb, width, height, toWidth, toHeight, kernel);
            var resized = new byte[3 * toWidth * toHeight];

            RgbResampler.Resize(rgb, width, height, toWidth, toHeight, kernel, resized);

            for (var i = 0; i < resized.Length; i++)
            {
                // Single precision may round a half the other way; the naive one repeats the edge, which this one leaves out.
                var inside = !IsNearEdge(i / 3, toWidth, toHeight, from, to);
                Assert.InRange(resized[i] - expected[i], inside ? -1 : -255, inside ? 1 : 255);
            }
        }
    }

    [Theory]
    [InlineData(ResizeKernel.Nearest), InlineData(ResizeKernel.Bilinear), InlineData(ResizeKernel.Bicubic), InlineData(ResizeKernel.Lanczos3)]
    public void A_flat_picture_stays_flat_and_the_same_size_stays_the_same(ResizeKernel kernel)
    {
        var flat = new byte[3 * 31 * 17];
        Array.Fill(flat, (byte)201);
        var resized = new byte[3 * 45 * 9];
        var waves = TestPictures.Waves(40, 30);
        var same = new byte[waves.Length];

        RgbResampler.Resize(flat, 31, 17, 45, 9, kernel, resized);
        RgbResampler.Resize(waves, 40, 30, 40, 30, kernel, same);

        Assert.All(resized, value => Assert.Equal(201, value));
        Assert.Equal(waves, same);
    }

    [Fact]
    public void A_mirrored_picture_gives_the_mirrored_result()
    {
        var rgb = TestPictures.Waves(97, 61);
        var mirrored = Mirror(rgb, 97);
        byte[] result = new byte[3 * 40 * 25], fromMirrored = new byte[3 * 40 * 25];

        RgbResampler.Resize(rgb, 97, 61, 40, 25, ResizeKernel.Lanczos3, result);
        RgbResampler.Resize(mirrored, 97, 61, 40, 25, ResizeKernel.Lanczos3, fromMirrored);

        var back = Mirror(fromMirrored, 40);
        Assert.All(Enumerable.Range(0, result.Length), i => Assert.InRange(result[i] - back[i], -1, 1));
    }

    [Fact]
    public void A_span_of_the_wrong_length_is_an_argument_error()
    {
        Assert.Throws<ArgumentException>(() =>
            RgbResampler.Resize(new byte[29], 5, 2, 3, 3, ResizeKernel.Bilinear, new byte[27]));
        Assert.Throws<ArgumentException>(() =>
            RgbResampler.Resize(new byte[30], 5, 2, 3, 3, ResizeKernel.Bilinear, new byte[28]));
    }

    [Theory]
    [InlineData(ModelFit.Stretch, 0), InlineData(ModelFit.Crop, 0), InlineData(ModelFit.Crop, 256), InlineData(ModelFit.Pad, 0)]
    public void The_input_made_of_pixels_that_were_decoded_for_hashes_is_the_one_that_is_decoded_for_the_model(ModelFit fit, int shortSidePx)
    {
        var shape = new ModelInputShape(128, 96, fit, ResizeKernel.Lanczos3, shortSidePx);
        foreach (var file in Files())
        {
            using var decoded = ImageDecoder.DecodeToFit(file, ImageDecoder.WholeEdgePx);
            using var shared = ImageDecoder.ModelInputOf(decoded, shape);
            using var direct = ImageDecoder.DecodeForModel(file, shape);

            Assert.NotNull(shared);
            Assert.Equal(direct.Pixels!.Rgb.ToArray(), shared.Rgb.ToArray());
        }
    }

    [Fact]
    public void A_picture_that_was_reduced_for_hashes_gives_no_model_input()
    {
        var shape = new ModelInputShape(64, 64, ModelFit.Stretch, ResizeKernel.Bilinear);
        var file = ImageEncoder.ToJpeg(TestPictures.Waves(513, 100), 513, 100, 90);

        using var decoded = ImageDecoder.DecodeToFit(file, ImageDecoder.WholeEdgePx);

        Assert.Null(ImageDecoder.ModelInputOf(decoded, shape));
    }

    [Fact]
    public void A_hair_line_is_cut_without_being_enlarged_whole()
    {
        var file = ImageEncoder.ToPng(TestPictures.Waves(512, 1), 512, 1);

        using var decoded = ImageDecoder.DecodeForModel(file, new(224, 224, ModelFit.Crop, ResizeKernel.Bilinear));

        Assert.Equal((224, 224), (decoded.Pixels!.WidthPx, decoded.Pixels.HeightPx));
    }

    static IEnumerable<byte[]> Files()
    {
        var rgb = TestPictures.Waves(300, 200);
        using var image = VipsImage.FromPixels(rgb, 300, 200);
        using var grey = VipsImage.FromPixels(rgb, 300, 200).Into("colourspace", ("space", "b-w"));
        using var deep = VipsImage.FromPixels(rgb, 300, 200).Into("colourspace", ("space", "rgb16"));
        using var large = VipsImage.FromPixels(TestPictures.Waves(512, 512), 512, 512);
        return
        [
            image.Save("jpegsave_buffer"), image.Save("pngsave_buffer", ("interlace", "true")),
            image.Save("webpsave_buffer"), grey.Save("jpegsave_buffer"), deep.Save("pngsave_buffer"),
            large.Save("jpegsave_buffer"), large.Save("webpsave_buffer"),
        ];
    }

    static bool IsNearEdge(int pixel, int width, int height, int from, int to)
    {
        var reach = 1 + (3 * Math.Max(1, to / (double)from));
        var (x, y) = (pixel % width, pixel / width);
        return x < reach || y < reach || x >= width - reach || y >= height - reach;
    }

    static byte[] Mirror(byte[] rgb, int widthPx) =>
        [.. rgb.Chunk(3 * widthPx).SelectMany(row => row.Chunk(3).Reverse().SelectMany(pixel => pixel))];
}
