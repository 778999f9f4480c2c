namespace ImagePipeline.Imaging.Samples;

// The edits that change values and leave pixels where they are.
public static partial class PictureEdits
{
    /// <summary>Multiplies every channel.</summary>
    /// <param name="picture">What to change.</param>
    /// <param name="factor">1 leaves it; above is brighter.</param>
    public static RgbPicture Brightness(RgbPicture picture, double factor) =>
        ByTable(picture, value => value * factor);

    /// <summary>Bends the curve from black to white.</summary>
    /// <param name="picture">What to change.</param>
    /// <param name="gamma">1 leaves it; above lifts the middle tones: output = input ^ (1 / gamma), on 0 to 1.</param>
    public static RgbPicture Gamma(RgbPicture picture, double gamma) =>
        ByTable(picture, value => 255 * Math.Pow(value / 255, 1 / gamma));

    /// <summary>Moves values away from middle grey, or towards it.</summary>
    /// <param name="picture">What to change.</param>
    /// <param name="factor">1 leaves it; above is harder.</param>
    public static RgbPicture Contrast(RgbPicture picture, double factor) =>
        ByTable(picture, value => 127.5 + ((value - 127.5) * factor));

    /// <summary>Moves colours away from grey of the same luma, or towards it.</summary>
    /// <param name="picture">What to change.</param>
    /// <param name="factor">0 is grey, 1 leaves it, above is more colourful.</param>
    public static RgbPicture Saturation(RgbPicture picture, double factor)
    {
        var result = RgbPicture.Blank(picture.WidthPx, picture.HeightPx);
        for (var i = 0; i < picture.Rgb.Length; i += 3)
        {
            // ITU-R BT.601 luma, as in JPEG.
            var luma = (0.299f * picture.Rgb[i]) + (0.587f * picture.Rgb[i + 1]) + (0.114f * picture.Rgb[i + 2]);
            for (var channel = i; channel < i + 3; channel++)
            {
                result.Rgb[channel] = ToByte(luma + ((picture.Rgb[channel] - luma) * (float)factor));
            }
        }

        return result;
    }

    /// <summary>Multiplies each channel by a factor of its own, as a wrong white balance does.</summary>
    /// <param name="picture">What to change.</param>
    /// <param name="red">1 leaves it; the others alike.</param>
    /// <param name="green">Factor of green.</param>
    /// <param name="blue">Factor of blue.</param>
    public static RgbPicture ColourShift(RgbPicture picture, double red, double green, double blue)
    {
        double[] factors = [red, green, blue];
        var result = RgbPicture.Blank(picture.WidthPx, picture.HeightPx);
        for (var i = 0; i < picture.Rgb.Length; i++)
        {
            result.Rgb[i] = ToByte((float)(picture.Rgb[i] * factors[i % 3]));
        }

        return result;
    }

    /// <summary>Darkens towards the corners: a Gaussian across times one down, 1 at the centre.</summary>
    /// <param name="picture">What to change.</param>
    /// <param name="deviation">Standard deviation as a fraction of the width, and of the height; 0.5 leaves a third of the light in the corners.</param>
    public static RgbPicture Vignette(RgbPicture picture, double deviation = 0.5)
    {
        var columns = Falloff(picture.WidthPx, deviation);
        var rows = Falloff(picture.HeightPx, deviation);
        var result = RgbPicture.Blank(picture.WidthPx, picture.HeightPx);
        for (var y = 0; y < picture.HeightPx; y++)
        {
            var from = picture.Row(y);
            var to = result.Row(y);
            for (var i = 0; i < from.Length; i++)
            {
                to[i] = ToByte(from[i] * columns[i / 3] * rows[y]);
            }
        }

        return result;

        static float[] Falloff(int lengthPx, double deviation) => [.. Enumerable.Range(0, lengthPx).Select(at =>
        {
            var off = (at - ((lengthPx - 1) / 2.0)) / (deviation * lengthPx);
            return (float)Math.Exp(-off * off / 2);
        })];
    }

    /// <summary>Blurs with three box means, which together are close to a Gaussian of the same variance.</summary>
    /// <param name="picture">What to blur.</param>
    /// <param name="radiusPx">Half width of each box; 0 leaves the picture. The standard deviation is about the
    /// same.</param>
    public static RgbPicture Blur(RgbPicture picture, int radiusPx)
    {
        var result = picture with { Rgb = [.. picture.Rgb] };
        var (width, height) = (picture.WidthPx, picture.HeightPx);
        for (var pass = 0; pass < 3; pass++)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                for (var y = 0; y < height; y++)
                {
                    BoxMean(result.Rgb, (y * width * 3) + channel, 3, width, radiusPx);
                }

                for (var x = 0; x < width; x++)
                {
                    BoxMean(result.Rgb, (x * 3) + channel, width * 3, height, radiusPx);
                }
            }
        }

        return result;
    }

    /// <summary>Adds independent noise to each channel, about normal.</summary>
    /// <param name="picture">What to change.</param>
    /// <param name="deviation">Standard deviation, in 1/255.</param>
    /// <param name="seed">Chooses the noise.</param>
    public static RgbPicture Noise(RgbPicture picture, double deviation, int seed)
    {
        var random = new SceneRandom((uint)seed);
        var result = RgbPicture.Blank(picture.WidthPx, picture.HeightPx);
        for (var i = 0; i < picture.Rgb.Length; i++)
        {
            // The sum of four uniforms on [0, 1) has variance 1/3.
            var sum = random.Unit() + random.Unit() + random.Unit() + random.Unit() - 2f;
            result.Rgb[i] = ToByte(picture.Rgb[i] + (sum * 1.7320508f * (float)deviation));
        }

        return result;
    }

    static RgbPicture ByTable(RgbPicture picture, Func<double, double> curve)
    {
        var table = new byte[256];
        for (var i = 0; i < table.Length; i++)
        {
            table[i] = (byte)Math.Clamp(Math.Round(curve(i)), 0, 255);
        }

        var result = RgbPicture.Blank(picture.WidthPx, picture.HeightPx);
        for (var i = 0; i < picture.Rgb.Length; i++)
        {
            result.Rgb[i] = table[picture.Rgb[i]];
        }

        return result;
    }

    /// <summary>Replaces each sample of a line by the mean of those within a radius; the ends are repeated.</summary>
    static void BoxMean(byte[] values, int start, int stride, int count, int radius)
    {
        var line = new byte[count];
        for (var i = 0; i < count; i++)
        {
            line[i] = values[start + (i * stride)];
        }

        var size = (2 * radius) + 1;
        var sum = 0;
        for (var i = -radius; i <= radius; i++)
        {
            sum += line[Math.Clamp(i, 0, count - 1)];
        }

        for (var i = 0; i < count; i++)
        {
            values[start + (i * stride)] = (byte)((sum + (size / 2)) / size);
            sum += line[Math.Min(count - 1, i + radius + 1)] - line[Math.Max(0, i - radius)];
        }
    }
}
