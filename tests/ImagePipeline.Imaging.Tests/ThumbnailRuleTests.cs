namespace ImagePipeline.Imaging.Tests;

public sealed class ThumbnailRuleTests
{
    [Theory]
    [InlineData("jpeg", 512, 512, 32_768, false)]
    [InlineData("png", 1, 512, 10, false)]
    [InlineData("webp", 300, 200, 9_000, false)]
    [InlineData("gif", 300, 200, 9_000, false)]
    [InlineData("jpeg", 513, 10, 9_000, true)]
    [InlineData("jpeg", 10, 513, 9_000, true)]
    [InlineData("jpeg", 512, 512, 32_769, true)]
    [InlineData("tiff", 96, 72, 9_000, true)]
    [InlineData("avif", 96, 72, 900, true)]
    public void A_small_picture_that_browsers_show_is_its_own_thumbnail(string format, int widthPx, int heightPx, long bytes, bool needed) =>
        Assert.Equal(needed, ThumbnailRule.IsNeeded(format, widthPx, heightPx, bytes));

    [Fact]
    public void A_thumbnail_fits_its_edge_and_a_small_picture_keeps_its_size()
    {
        var wide = ImageEncoder.ToSmallJpeg(TestPictures.Waves(900, 300), 900, 300, ThumbnailRule.EdgePx, 75);
        var small = ImageEncoder.ToSmallJpeg(TestPictures.Waves(90, 30), 90, 30, ThumbnailRule.EdgePx, 75);

        var (wideHeader, smallHeader) = (ImageProbe.Read(wide).Header!, ImageProbe.Read(small).Header!);
        Assert.Equal(("jpeg", 256, 85), (wideHeader.Format, wideHeader.WidthPx, wideHeader.HeightPx));
        Assert.Equal((90, 30), (smallHeader.WidthPx, smallHeader.HeightPx));
    }
}
