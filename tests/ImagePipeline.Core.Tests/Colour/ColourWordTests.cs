using ImagePipeline.Core.Colour;

namespace ImagePipeline.Core.Tests.Colour;

public sealed class ColourWordTests
{
    [Theory]
    [InlineData("black", 0, 0, 0)]
    [InlineData("black", 20, 22, 30)]
    [InlineData("grey", 128, 128, 128)]
    [InlineData("white", 255, 255, 255)]
    [InlineData("red", 200, 20, 20)]
    [InlineData("orange", 255, 140, 0)]
    [InlineData("yellow", 255, 225, 0)]
    [InlineData("green", 40, 140, 40)]
    [InlineData("turquoise", 0, 190, 190)]
    [InlineData("blue", 30, 60, 200)]
    [InlineData("purple", 130, 30, 170)]
    [InlineData("pink", 255, 150, 180)]
    [InlineData("brown", 110, 70, 35)]
    [InlineData("beige", 222, 205, 165)]
    public void A_colour_has_the_word_that_people_have_for_it(string word, byte red, byte green, byte blue) =>
        Assert.Equal(word, ColourWord.Of(Oklab.FromRgb(red, green, blue)));

    [Fact]
    public void Every_colour_has_one_of_thirteen_words()
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        for (var red = 0; red < 256; red += 15)
        {
            for (var green = 0; green < 256; green += 15)
            {
                for (var blue = 0; blue < 256; blue += 15)
                {
                    words.Add(ColourWord.Of(Oklab.FromRgb((byte)red, (byte)green, (byte)blue)));
                }
            }
        }

        Assert.Equal(13, words.Count);
    }
}
