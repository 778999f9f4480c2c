using ImagePipeline.Core.Colour;

namespace ImagePipeline.Core.Tests.Colour;

public sealed class OklabTests
{
    // W3C CSS Color Module Level 4, sample conversions of the sRGB primaries to oklab(), as printed there.
    [Theory]
    [InlineData(255, 0, 0, 0.62796, 0.22486, 0.12585)]
    [InlineData(0, 255, 0, 0.86644, -0.23389, 0.17950)]
    [InlineData(0, 0, 255, 0.45201, -0.03246, -0.31153)]
    [InlineData(255, 255, 255, 1, 0, 0)]
    [InlineData(0, 0, 0, 0, 0, 0)]
    public void Primaries_are_where_the_standard_says(byte r, byte g, byte b, double l, double a, double bb)
    {
        var colour = Oklab.FromRgb(r, g, b);

        Assert.Equal(l, colour.L, 1e-4);
        Assert.Equal(a, colour.A, 1e-4);
        Assert.Equal(bb, colour.B, 1e-4);
    }

    [Fact]
    public void Every_colour_comes_back()
    {
        for (var r = 0; r < 256; r += 5)
        {
            for (var g = 0; g < 256; g += 15)
            {
                for (var b = 0; b < 256; b += 17)
                {
                    Assert.Equal(((byte)r, (byte)g, (byte)b), Oklab.FromRgb((byte)r, (byte)g, (byte)b).ToRgb());
                }
            }
        }
    }

    [Fact]
    public void Colours_beyond_srgb_are_clipped() => Assert.Equal((255, 255, 255), new Oklab(1.5f, 0, 0).ToRgb());
}
