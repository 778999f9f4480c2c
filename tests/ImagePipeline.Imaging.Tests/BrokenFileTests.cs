using ImagePipeline.Imaging.Vips;

namespace ImagePipeline.Imaging.Tests;

public class BrokenFileTests
{
    static readonly byte[] Rgb = Noise(160, 120);

    internal static readonly (string Format, byte[] File)[] Files =
    [
        ("jpeg", ImageEncoder.ToJpeg(Rgb, 160, 120, 85)),
        ("jpeg", Save("jpegsave_buffer", ("interlace", "true"))),
        ("png", ImageEncoder.ToPng(Rgb, 160, 120)),
        ("png", Save("pngsave_buffer", ("interlace", "true"))),
        ("webp", ImageEncoder.ToWebp(Rgb, 160, 120, false, 80)),
        ("webp", ImageEncoder.ToWebp(Rgb, 160, 120, true, 80)),
        ("tiff", ImageEncoder.ToTiff(Rgb, 160, 120)),
        ("gif", Save("gifsave_buffer")),
        ("avif", Save("heifsave_buffer", ("compression", "av1"), ("effort", "0"))),
    ];

    [Fact]
    public void A_file_cut_at_any_tenth_of_its_length_is_rejected()
    {
        foreach (var (format, file) in Files)
        {
            for (var tenth = 1; tenth <= 9; tenth++)
            {
                var cut = file.AsSpan(0, file.Length * tenth / 10);
                using var decoded = ImageDecoder.DecodeToFit(cut, 512);
                var digest = PixelDigest.Compute(cut);

                Assert.True(decoded.Rejection?.Reason == RejectionReason.Truncated,
                    $"{format} at {tenth}0 %: {decoded.Rejection}");
                Assert.Equal(RejectionReason.Truncated, digest.Rejection?.Reason);
            }
        }
    }

    [Fact]
    public void Whole_files_with_damaged_pixels_are_corrupt_not_truncated()
    {
        var png = (byte[])Files[2].File.Clone();
        png.AsSpan(png.Length / 2, 64).Clear();

        Assert.Equal(RejectionReason.Corrupt, ImageDecoder.DecodeToFit(png, 512).Rejection?.Reason);
    }

    [Fact]
    public void Thousands_of_flipped_bytes_crash_nothing()
    {
        var random = new Random(20261121);
        var outcomes = new Dictionary<string, int>();
        for (var round = 0; round < 3000; round++)
        {
            // AVIF is slow to decode: a tenth of the rounds.
            var (_, file) = Files[round % 10 == 0 ? Files.Length - 1 : random.Next(Files.Length - 1)];
            var damaged = (byte[])file.Clone();
            for (var flips = random.Next(1, 12); flips > 0; flips--)
            {
                // Headers are where parsers live: half of the damage goes there.
                var at = random.Next(random.Next(2) == 0 ? Math.Min(200, damaged.Length) : damaged.Length);
                damaged[at] = (byte)random.Next(256);
            }
            using var decoded = ImageDecoder.DecodeToFit(damaged, 96,
                new() { MaxPixels = 4_000_000, MaxPixelsHeld = 4_000_000 });

            var outcome = decoded.Rejection?.Reason ?? "decoded";
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        Assert.All(outcomes.Keys, o => Assert.Contains(o, RejectionReason.All.Append("decoded")));
        Assert.True(outcomes["decoded"] > 300 && outcomes[RejectionReason.Corrupt] > 300, string.Join(", ", outcomes));
    }

    static byte[] Save(string saver, params ReadOnlySpan<(string, string)> options)
    {
        using var image = VipsImage.FromPixels(Rgb, 160, 120);
        return image.Save(saver, options);
    }

    /// <summary>Hard to compress, so that pixels and not headers make up the files.</summary>
    static byte[] Noise(int widthPx, int heightPx)
    {
        var rgb = TestPictures.Waves(widthPx, heightPx);
        var random = new Random(1);
        for (var i = 0; i < rgb.Length; i++)
        {
            rgb[i] = (byte)Math.Clamp(rgb[i] + random.Next(-40, 41), 0, 255);
        }
        return rgb;
    }
}
