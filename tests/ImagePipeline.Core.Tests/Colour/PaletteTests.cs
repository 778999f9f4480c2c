using ImagePipeline.Core.Colour;

namespace ImagePipeline.Core.Tests.Colour;

public sealed class PaletteTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 5000)]
    [InlineData(5000, 1)]
    [InlineData(300, 200)]
    public void A_flat_picture_has_its_one_colour(int width, int height)
    {
        var palette = Extract(Draw(width, height, (_, _) => (201, 7, 255)), width, height);

        Assert.Equal([new(201, 7, 255, 1)], palette);
        Assert.Equal("#c907ff", palette[0].Hex);
    }

    [Fact]
    public void Areas_become_shares_largest_first()
    {
        var pixels = Draw(100, 100, (x, _) => x < 50 ? ((byte)255, (byte)255, (byte)255)
            : x < 80 ? ((byte)200, (byte)20, (byte)30) : ((byte)10, (byte)20, (byte)120));

        Assert.Equal([new(255, 255, 255, 0.5f), new(200, 20, 30, 0.3f), new(10, 20, 120, 0.2f)],
            Extract(pixels, 100, 100));
    }

    [Fact]
    public void Hardly_different_shades_are_one_colour()
    {
        var pixels = Draw(64, 64, (x, y) => ((byte)(100 + x / 8), (byte)(150 + y / 8), 90));

        var colour = Assert.Single(Extract(pixels, 64, 64));

        Assert.InRange(colour.R, 102, 105);
        Assert.InRange(colour.G, 152, 155);
        Assert.Equal(90, colour.B);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Colours_are_distinct_ordered_and_sum_to_one(int seed)
    {
        var random = new Random(seed);
        var pixels = new byte[400 * 300 * 3];
        random.NextBytes(pixels);

        var palette = Extract(pixels, 400, 300);

        Assert.InRange(palette.Length, 2, 5);
        Assert.Equal(1, palette.Sum(colour => colour.Share), 1e-5);
        Assert.Equal(palette.OrderByDescending(colour => colour.Share), palette);
        foreach (var a in palette)
        {
            Assert.True(a.Share > 0);
            Assert.DoesNotContain(palette, b => a != b
                && a.Oklab.SquaredDistanceTo(b.Oklab) < 0.99f * Palette.MergeDistance * Palette.MergeDistance);
        }

        Assert.Equal(palette, Extract(pixels, 400, 300));
    }

    [Fact]
    public void The_first_colour_is_near_the_mean_of_the_pixels_nearest_to_it()
    {
        // A noisy sky over noisy ground: the palette as a person would name it.
        var random = new Random(4);
        byte Noise(int value) => (byte)(value + random.Next(-12, 13));
        var pixels = Draw(256, 256, (_, y) => y < 160
            ? (Noise(120), Noise(170), Noise(230)) : (Noise(90), Noise(70), Noise(40)));

        var palette = Extract(pixels, 256, 256);

        Assert.Equal(2, palette.Length);
        Assert.Equal(160 / 256f, palette[0].Share, 0.01f);
        Assert.True(palette[0].Oklab.SquaredDistanceTo(Oklab.FromRgb(120, 170, 230)) < 0.0004f);
        Assert.True(palette[1].Oklab.SquaredDistanceTo(Oklab.FromRgb(90, 70, 40)) < 0.0004f);
    }

    [Fact]
    public void No_more_colours_than_there_is_room_for()
    {
        var pixels = new byte[3 * 50 * 50];
        new Random(5).NextBytes(pixels);
        Span<PaletteColour> one = new PaletteColour[1];

        Assert.Equal(1, Palette.Extract(pixels, 50, 50, one));
        Assert.Equal(1, one[0].Share);
        Assert.InRange(Palette.Extract(pixels, 50, 50, new PaletteColour[20]), 1, Palette.MaximumColours);
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Palette.Extract(new byte[11], 2, 2, new PaletteColour[5]));
        Assert.Throws<ArgumentException>(() => Palette.Extract(new byte[12], 2, 2, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Palette.Extract([], 0, 2, new PaletteColour[5]));
    }

    static PaletteColour[] Extract(byte[] rgb, int width, int height)
    {
        var colours = new PaletteColour[Palette.MaximumColours];
        return colours[..Palette.Extract(rgb, width, height, colours)];
    }

    static byte[] Draw(int width, int height, Func<int, int, (byte R, byte G, byte B)> colour)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < width * height; i++)
        {
            (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) = colour(i % width, i / width);
        }

        return pixels;
    }
}
