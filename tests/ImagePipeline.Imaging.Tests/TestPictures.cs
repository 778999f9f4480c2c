namespace ImagePipeline.Imaging.Tests;

/// <summary>Pictures that tests draw: interleaved RGB, row-major.</summary>
static class TestPictures
{
    /// <summary>
    /// Smooth in both directions with some waves, so that rotations, crops and kernels are told apart.
    /// </summary>
    public static byte[] Waves(int widthPx, int heightPx)
    {
        var rgb = new byte[widthPx * heightPx * 3];
        for (var y = 0; y < heightPx; y++)
        {
            for (var x = 0; x < widthPx; x++)
            {
                var at = 3 * (y * widthPx + x);
                rgb[at] = (byte)(255 * x / Math.Max(1, widthPx - 1));
                rgb[at + 1] = (byte)(255 * y / Math.Max(1, heightPx - 1));
                rgb[at + 2] = (byte)(127.5 + 127 * Math.Sin(x / 7.0) * Math.Cos(y / 5.0));
            }
        }
        return rgb;
    }

    /// <summary>Red, green above blue, white.</summary>
    public static byte[] Quadrants(int widthPx, int heightPx)
    {
        var rgb = new byte[widthPx * heightPx * 3];
        for (var i = 0; i < widthPx * heightPx; i++)
        {
            var (left, top) = (i % widthPx < widthPx / 2, i / widthPx < heightPx / 2);
            byte[] colour = (left, top) switch
            {
                (true, true) => [255, 0, 0],
                (false, true) => [0, 255, 0],
                (true, false) => [0, 0, 255],
                _ => [255, 255, 255],
            };
            colour.CopyTo(rgb, 3 * i);
        }
        return rgb;
    }

    /// <summary>Mean absolute difference of two pictures of one size, 0 to 255.</summary>
    public static double Difference(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Assert.Equal(left.Length, right.Length);
        long sum = 0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += Math.Abs(left[i] - right[i]);
        }
        return sum / (double)left.Length;
    }
}
