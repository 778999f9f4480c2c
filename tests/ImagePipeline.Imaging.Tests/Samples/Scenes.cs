using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.Imaging.Tests.Samples;

public sealed class Scenes
{
    [Fact]
    public void The_same_seed_draws_the_same_picture()
    {
        for (var seed = 0; seed < SceneRenderer.FamilyCount; seed++)
        {
            Assert.Equal(RgbPicture.Scene(seed, 120, 90).Rgb, RgbPicture.Scene(seed, 120, 90).Rgb);
        }
    }

    [Fact]
    public void Consecutive_seeds_go_round_all_families()
    {
        var families = Enumerable.Range(100, SceneRenderer.FamilyCount).Select(SceneRenderer.FamilyOf).ToHashSet();

        Assert.Equal(SceneRenderer.FamilyCount, families.Count);
        Assert.True(families.Count >= 8);
    }

    [Fact]
    public void No_two_of_sixty_pictures_are_alike()
    {
        var pictures = Enumerable.Range(0, 60).Select(seed => RgbPicture.Scene(seed, 64, 48).Rgb).ToArray();

        for (var i = 0; i < pictures.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Assert.True(MeanDifference(pictures[i], pictures[j]) > 12, $"scenes {j} and {i}");
            }
        }
    }

    [Fact]
    public void No_picture_is_flat()
    {
        for (var seed = -12; seed < 60; seed++)
        {
            var rgb = RgbPicture.Scene(seed, 64, 48).Rgb;
            var mean = rgb.Average(value => (double)value);
            Assert.True(Math.Sqrt(rgb.Average(value => Math.Pow(value - mean, 2))) > 10, $"scene {seed}");
        }
    }

    [Fact]
    public void A_larger_picture_shows_the_same_scene()
    {
        for (var seed = 0; seed < SceneRenderer.FamilyCount; seed++)
        {
            var small = RgbPicture.Scene(seed, 160, 120);
            var large = PictureEdits.Resize(RgbPicture.Scene(seed, 480, 360), 160, 120);

            Assert.True(MeanDifference(small.Rgb, large.Rgb) < 8, SceneRenderer.FamilyOf(seed));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 40)]
    [InlineData(97, 3)]
    [InlineData(31, 64)]
    public void Every_family_draws_at_odd_sizes(int widthPx, int heightPx)
    {
        for (var seed = 0; seed < 2 * SceneRenderer.FamilyCount; seed++)
        {
            Assert.Equal(widthPx * heightPx * 3, RgbPicture.Scene(seed, widthPx, heightPx).Rgb.Length);
        }
    }

    [Fact]
    public void A_buffer_of_the_wrong_length_is_refused()
    {
        Assert.Throws<ArgumentException>(() => SceneRenderer.Render(1, 10, 10, new byte[299]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SceneRenderer.Render(1, 0, 10, []));
    }

    static double MeanDifference(byte[] a, byte[] b) => a.Zip(b).Average(pair => Math.Abs(pair.First - pair.Second));
}
