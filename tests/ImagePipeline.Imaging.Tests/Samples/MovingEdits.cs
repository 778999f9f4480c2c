using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.Imaging.Tests.Samples;

public sealed class MovingEdits
{
    static readonly RgbPicture Picture = RgbPicture.Scene(5, 60, 42);

    [Fact]
    public void A_quarter_turn_is_clockwise()
    {
        var turned = PictureEdits.Rotate90(Letters("abc", "def"));

        Assert.Equal(Letters("da", "eb", "fc").Rgb, turned.Rgb);
        Assert.Equal((2, 3), (turned.WidthPx, turned.HeightPx));
    }

    [Fact]
    public void Turns_and_mirrors_form_the_group_of_the_rectangle()
    {
        Assert.Equal(PictureEdits.Rotate180(Picture).Rgb, PictureEdits.Rotate90(PictureEdits.Rotate90(Picture)).Rgb);
        Assert.Equal(Picture.Rgb, PictureEdits.Rotate270(PictureEdits.Rotate90(Picture)).Rgb);
        Assert.Equal(Picture.Rgb, PictureEdits.Mirror(PictureEdits.Mirror(Picture)).Rgb);
        Assert.Equal(
            PictureEdits.Mirror(PictureEdits.Rotate90(Picture)).Rgb,
            PictureEdits.Rotate270(PictureEdits.Mirror(Picture)).Rgb);
        Assert.Equal(Letters("cba", "fed").Rgb, PictureEdits.Mirror(Letters("abc", "def")).Rgb);
    }

    [Fact]
    public void A_crop_undoes_a_pad()
    {
        var padded = PictureEdits.Pad(Picture, 0.5, 0.5, RgbColour.White);

        Assert.Equal((120, 84), (padded.WidthPx, padded.HeightPx));
        Assert.All(padded.Rgb[..300], value => Assert.Equal(255, value));
        Assert.Equal(Picture.Rgb, PictureEdits.Crop(padded, 0.25).Rgb);
    }

    [Fact]
    public void A_crop_takes_its_sides_from_the_sides_named()
    {
        var cropped = PictureEdits.Crop(Letters("abcd", "efgh", "ijkl", "mnop"), 0.25, 0.5, 0, 0.25);

        Assert.Equal(Letters("jkl").Rgb, cropped.Rgb);
        Assert.Throws<ArgumentException>(() => PictureEdits.Crop(Picture, 0.5));
        Assert.Throws<ArgumentException>(() => PictureEdits.Crop(Picture, -0.1, 0, 0, 0));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public void Shrinking_by_a_whole_number_is_the_mean_of_each_block(int factor)
    {
        var small = PictureEdits.Resize(Picture, Picture.WidthPx / factor, Picture.HeightPx / factor);

        Assert.Equal(NaiveBlockMeans(Picture, factor), small.Rgb);
    }

    [Theory]
    [InlineData(23, 17)]
    [InlineData(60, 42)]
    [InlineData(59, 100)]
    [InlineData(1, 1)]
    [InlineData(200, 1)]
    public void Resizing_keeps_the_mean(int widthPx, int heightPx)
    {
        var resized = PictureEdits.Resize(Picture, widthPx, heightPx);

        Assert.Equal((widthPx, heightPx), (resized.WidthPx, resized.HeightPx));
        Assert.Equal(Picture.Rgb.Average(value => (double)value), resized.Rgb.Average(value => (double)value), 2.0);
    }

    [Fact]
    public void Enlarging_keeps_a_ramp_straight()
    {
        var ramp = new RgbPicture(
            [.. Enumerable.Range(0, 10).SelectMany(i => Enumerable.Repeat((byte)(20 * i), 3))], 10, 1);

        var wide = PictureEdits.Resize(ramp, 40, 1);

        // The centre of new pixel x is at (x + 0.5) / 4 - 0.5 in old pixels; beyond the outer centres the ends repeat.
        for (var x = 2; x < 38; x++)
        {
            Assert.Equal(20 * (((x + 0.5) / 4) - 0.5), wide.Rgb[x * 3], 0.51);
        }
    }

    [Fact]
    public void Turning_by_degrees_agrees_with_turning_by_quarters()
    {
        var square = PictureEdits.Resize(Picture, 41, 41);

        Assert.Equal(square.Rgb, PictureEdits.RotateDegrees(square, 0, RgbColour.Black).Rgb);
        AssertNear(PictureEdits.Rotate90(square).Rgb, PictureEdits.RotateDegrees(square, 90, RgbColour.Black).Rgb);
        AssertNear(PictureEdits.Rotate270(square).Rgb, PictureEdits.RotateDegrees(square, -90, RgbColour.Black).Rgb);
    }

    [Fact]
    public void Turning_by_degrees_fills_the_corners()
    {
        var turned = PictureEdits.RotateDegrees(Picture, 30, new RgbColour(1, 2, 3));

        Assert.Equal([1, 2, 3], turned.Rgb[..3]);
        Assert.Equal([1, 2, 3], turned.Rgb[^3..]);
    }

    static void AssertNear(byte[] expected, byte[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.First - pair.Second, -1, 1));

    static RgbPicture Letters(params string[] rows) =>
        new(
            [.. rows.SelectMany(row => row).SelectMany(letter => Enumerable.Repeat((byte)letter, 3))],
            rows[0].Length,
            rows.Length);

    static byte[] NaiveBlockMeans(RgbPicture picture, int factor)
    {
        var means = new List<byte>();
        for (var y = 0; y < picture.HeightPx; y += factor)
        {
            for (var x = 0; x < picture.WidthPx; x += factor)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    var sum = 0;
                    for (var i = 0; i < factor * factor; i++)
                    {
                        sum += picture.Rgb[((((y + (i / factor)) * picture.WidthPx) + x + (i % factor)) * 3) + channel];
                    }

                    means.Add((byte)(((double)sum / (factor * factor)) + 0.5));
                }
            }
        }

        return [.. means];
    }
}
