namespace ImagePipeline.Imaging.Tests;

public class EncodeDecodeTests
{
    public static TheoryData<string> Lossless => ["png", "webp", "tiff"];

    [Theory]
    [MemberData(nameof(Lossless))]
    public void Lossless_formats_give_every_pixel_back(string format)
    {
        var rgb = TestPictures.Waves(61, 47);

        using var decoded = ImageDecoder.DecodeFull(Encode(rgb, 61, 47, format));

        Assert.True(decoded.IsDecoded);
        Assert.Equal(format, decoded.Header.Format);
        Assert.Equal((61, 47, 3), (decoded.Pixels.WidthPx, decoded.Pixels.HeightPx, decoded.Pixels.Channels));
        Assert.Equal(rgb, decoded.Pixels.Rgb.ToArray());
    }

    [Theory]
    [MemberData(nameof(Lossless))]
    public void A_picture_that_fits_is_not_resized(string format)
    {
        var rgb = TestPictures.Waves(61, 47);

        using var decoded = ImageDecoder.DecodeToFit(Encode(rgb, 61, 47, format), 512);

        Assert.Equal(rgb, decoded.Pixels!.Rgb.ToArray());
    }

    [Fact]
    public void Jpeg_and_lossy_webp_come_back_nearly_the_same()
    {
        var rgb = TestPictures.Waves(160, 120);
        foreach (var file in new[] { ImageEncoder.ToJpeg(rgb, 160, 120, 95),
            ImageEncoder.ToWebp(rgb, 160, 120, false, 95) })
        {
            using var decoded = ImageDecoder.DecodeFull(file);

            Assert.InRange(TestPictures.Difference(rgb, decoded.Pixels!.Rgb), 0.1, 6);
        }
    }

    [Theory]
    [InlineData(4000, 3000, 512, 384)]
    [InlineData(300, 4000, 38, 512)]
    [InlineData(513, 512, 512, 511)]
    [InlineData(2000, 1, 512, 1)]
    [InlineData(200, 100, 200, 100)]
    public void Fitting_keeps_the_aspect_and_never_enlarges(int widthPx, int heightPx, int fitWidthPx, int fitHeightPx)
    {
        var rgb = new byte[widthPx * heightPx * 3];
        foreach (var file in new[] { ImageEncoder.ToJpeg(rgb, widthPx, heightPx, 80),
            ImageEncoder.ToPng(rgb, widthPx, heightPx), ImageEncoder.ToWebp(rgb, widthPx, heightPx, false, 50) })
        {
            using var decoded = ImageDecoder.DecodeToFit(file, 512);

            Assert.Equal((fitWidthPx, fitHeightPx), (decoded.Pixels!.WidthPx, decoded.Pixels.HeightPx));
        }
    }

    [Fact]
    public void Shrinking_on_load_shows_the_same_picture_as_shrinking_every_pixel()
    {
        var rgb = TestPictures.Waves(2400, 1800);
        using var whole = ImageDecoder.DecodeToFit(ImageEncoder.ToPng(rgb, 2400, 1800), 256);
        foreach (var file in new[] { ImageEncoder.ToJpeg(rgb, 2400, 1800, 95),
            ImageEncoder.ToWebp(rgb, 2400, 1800, false, 95) })
        {
            using var shrunk = ImageDecoder.DecodeToFit(file, 256);

            Assert.InRange(TestPictures.Difference(whole.Pixels!.Rgb, shrunk.Pixels!.Rgb), 0, 2.5);
        }
    }

    [Fact]
    public void A_thumbnail_is_a_small_jpeg_or_a_rejection()
    {
        var thumbnail = ImageEncoder.Thumbnail(ImageEncoder.ToPng(TestPictures.Waves(300, 200), 300, 200), 60);

        var header = ImageProbe.Read(thumbnail.Jpeg).Header!;
        Assert.Equal(("jpeg", 60, 40, false), (header.Format, header.WidthPx, header.HeightPx, header.HoldsWholeImage));
        Assert.Equal(RejectionReason.NotAnImage, ImageEncoder.Thumbnail("no picture"u8, 60).Rejection?.Reason);
    }

    [Fact]
    public void A_wrong_number_of_bytes_or_a_wrong_quality_is_an_argument_error()
    {
        Assert.Throws<ArgumentException>(() => ImageEncoder.ToPng(new byte[11], 2, 2));
        Assert.Throws<ArgumentException>(() => ImageEncoder.ToJpeg(new byte[12], 2, 2, 0));
        Assert.Throws<ArgumentException>(() => ImageEncoder.ToPng([], 0, 0));
    }

    static byte[] Encode(byte[] rgb, int widthPx, int heightPx, string format) => format switch
    {
        "png" => ImageEncoder.ToPng(rgb, widthPx, heightPx),
        "webp" => ImageEncoder.ToWebp(rgb, widthPx, heightPx, true, 80),
        _ => ImageEncoder.ToTiff(rgb, widthPx, heightPx),
    };
}
