using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Tests.Hashing;

public class ImageHasherTests
{
    [Fact]
    public void Random_sizes_agree_with_the_naive_versions()
    {
        var random = new Random(20261);
        for (var i = 0; i < 60; i++)
        {
            int width = random.Next(5, 400), height = random.Next(5, 400);
            var rgb = ProceduralPicture.Draw("noise", width, height);
            for (var at = random.Next(1, 40); at < rgb.Length; at += random.Next(1, 40))
            {
                rgb[at] = (byte)random.Next(256);
            }

            var hashes = ImageHasher.Compute(rgb, width, height);

            var size = $"{width} x {height}";
            Assert.Equal((size, NaivePdq.Compute(rgb, width, height)), (size, (hashes.Pdq, hashes.PdqQuality)));
            Assert.Equal(
                (size, NaiveGreyHashes.Compute(rgb, width, height)),
                (size, (hashes.Average, hashes.Difference, hashes.Perceptual)));
        }
    }

    [Fact]
    public void Every_tiny_size_is_hashed()
    {
        for (var width = 1; width <= 20; width++)
        {
            for (var height = 1; height <= 20; height++)
            {
                var hashes = ImageHasher.Compute(ProceduralPicture.Draw("noise", width, height), width, height);

                Assert.InRange(hashes.PdqQuality, 0, 100);
                Assert.Equal(Math.Min(width, height) < Pdq.MinimumSidePx, hashes.Pdq == default);
            }
        }
    }

    [Fact]
    public void Flat_picture_is_reported_as_not_matchable()
    {
        Assert.False(ImageHasher.Compute(ProceduralPicture.Draw("flat", 300, 200), 300, 200).IsMatchable);
        Assert.True(ImageHasher.Compute(ProceduralPicture.Draw("waves", 300, 200), 300, 200).IsMatchable);
    }

    [Fact]
    public void Pixels_are_not_modified_and_hashes_do_not_depend_on_what_was_hashed_before()
    {
        var rgb = ProceduralPicture.Draw("waves", 301, 203);
        var copy = rgb.ToArray();
        var first = ImageHasher.Compute(rgb, 301, 203);

        Parallel.For(0, 64, i =>
        {
            ImageHasher.Compute(ProceduralPicture.Draw("noise", 17 + i, 400 - i), 17 + i, 400 - i);
            Assert.Equal(first, ImageHasher.Compute(rgb, 301, 203));
        });

        Assert.Equal(copy, rgb);
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(2, 2, 11)]
    [InlineData(2, 2, 13)]
    [InlineData(65536, 65536, 0)]
    public void Wrong_length_is_refused(int width, int height, int bytes)
    {
        Assert.ThrowsAny<ArgumentException>(() => ImageHasher.Compute(new byte[bytes], width, height));
        Assert.ThrowsAny<ArgumentException>(() => Pdq.Compute(new byte[bytes], width, height));
    }

    [Fact]
    public void Pdq_alone_is_the_pdq_of_all()
    {
        var rgb = ProceduralPicture.Draw("waves", 640, 333);

        var all = ImageHasher.Compute(rgb, 640, 333);

        Assert.Equal((all.PdqVariants, all.PdqQuality), Pdq.Compute(rgb, 640, 333));
    }
}
