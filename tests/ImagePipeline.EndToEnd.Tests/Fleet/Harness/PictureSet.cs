using ImagePipeline.Imaging;

namespace ImagePipeline.EndToEnd.Tests.Fleet.Harness;

/// <summary>Small drawn pictures, all different, with copies of every kind and broken files of every kind among them; the same for the same
/// seed.</summary>
static class PictureSet
{
    const int Period = 20;
    const int WidthPx = 96;
    const int HeightPx = 72;

    /// <summary>Broken files: how they are made, and the reason they are refused for.</summary>
    static readonly (string Reason, Func<byte[], byte[]> Break)[] Damages =
    [
        (RejectionReason.EmptyFile, _ => []),
        (RejectionReason.NotAnImage, _ => "No picture, only words."u8.ToArray()),
        (RejectionReason.Truncated, png => png[..(png.Length / 2)]),
        (RejectionReason.Corrupt, ClearTheMiddle),
        (RejectionReason.UnsupportedFormat, _ => [.. "8BPS"u8, .. new byte[60]]),
    ];

    /// <summary>What refused files are refused for, one after the other.</summary>
    public static IReadOnlyList<string> Reasons { get; } = [.. Damages.Select(damage => damage.Reason)];

    /// <summary>Whether the file of that number is broken.</summary>
    public static bool IsBroken(int number) => number % Period == 19;

    /// <summary>Files, in the order of their keys.</summary>
    /// <param name="count">Files.</param>
    /// <param name="seed">Of all that is random in them.</param>
    public static IEnumerable<(string Key, byte[] Bytes)> Draw(int count, int seed)
    {
        var last = (Rgb: Array.Empty<byte>(), Bytes: Array.Empty<byte>());
        for (var number = 0; number < count; number++)
        {
            var (at, key) = (number % Period, $"{number / 100:d3}/{number:d5}");
            switch (at)
            {
                case 7:
                    yield return (key + "-twin.jpg", last.Bytes);
                    continue;
                case 11:
                    yield return (key + "-saved-again.jpg", ImageEncoder.ToJpeg(last.Rgb, WidthPx, HeightPx, 55));
                    continue;
                case 13:
                    yield return (key + "-same-pixels.tiff", ImageEncoder.ToTiff(last.Rgb, WidthPx, HeightPx));
                    continue;
                case 15:
                    yield return (key + "-wrong-name.png", ImageEncoder.ToWebp(last.Rgb, WidthPx, HeightPx, lossless: false, 80));
                    continue;
                case 19:
                    var png = ImageEncoder.ToPng(Paint(number, seed), WidthPx, HeightPx);
                    yield return (key + "-broken.png", Damages[number / Period % Damages.Length].Break(png));
                    continue;
                default:
                    var rgb = Paint(number, seed);
                    last = (rgb, at == 12
                        ? ImageEncoder.ToPng(rgb, WidthPx, HeightPx)
                        : ImageEncoder.ToJpeg(rgb, WidthPx, HeightPx, 85));
                    yield return (key + (at == 12 ? ".png" : ".jpg"), last.Bytes);
                    continue;
            }
        }
    }

    /// <summary>Smooth patches of random colours, coarse or fine, flat or strong.</summary>
    static byte[] Paint(int number, int seed)
    {
        var random = new Random(HashCode(number, seed));
        var (columns, rows) = (2 + random.Next(9), 2 + random.Next(9));
        var grid = new float[(columns + 1) * (rows + 1) * 3];
        var ground = new[] { random.Next(256), random.Next(256), random.Next(256) };
        var strength = 0.3f + random.NextSingle();
        for (var n = 0; n < grid.Length; n++)
        {
            grid[n] = ground[n % 3] + (strength * (random.Next(256) - 128));
        }

        var rgb = new byte[WidthPx * HeightPx * 3];
        for (var n = 0; n < rgb.Length; n++)
        {
            var (x, y, channel) = (n / 3 % WidthPx, n / 3 / WidthPx, n % 3);
            var (u, v) = ((float)x * columns / WidthPx, (float)y * rows / HeightPx);
            var (left, top) = ((int)u, (int)v);
            float At(int column, int row) => grid[(((row * (columns + 1)) + column) * 3) + channel];
            rgb[n] = (byte)Math.Clamp(
                float.Lerp(
                    float.Lerp(At(left, top), At(left + 1, top), u - left),
                    float.Lerp(At(left, top + 1), At(left + 1, top + 1), u - left), v - top),
                0, 255);
        }

        return rgb;
    }

    /// <summary>System.HashCode is seeded anew by every process.</summary>
    static int HashCode(int number, int seed) => unchecked((number * 0x5851F42D) ^ (seed * 0x2C1B3C6D));

    static byte[] ClearTheMiddle(byte[] png)
    {
        png.AsSpan(png.Length / 2, 64).Clear();
        return png;
    }
}
