namespace ImagePipeline.Imaging.Tests;

public class OrientationTests
{
    const int WidthPx = 96;
    const int HeightPx = 64;

    /// <summary>Where pixel (x, y) of the upright picture lies in the stored one, by the EXIF standard.</summary>
    static (int X, int Y) Stored(int orientation, int x, int y) => orientation switch
    {
        2 => (WidthPx - 1 - x, y),
        3 => (WidthPx - 1 - x, HeightPx - 1 - y),
        4 => (x, HeightPx - 1 - y),
        5 => (y, x),
        6 => (y, WidthPx - 1 - x),
        7 => (HeightPx - 1 - y, WidthPx - 1 - x),
        8 => (HeightPx - 1 - y, x),
        _ => (x, y),
    };

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    [InlineData(5), InlineData(6), InlineData(7), InlineData(8)]
    public void Every_orientation_decodes_upright_by_every_way(int orientation)
    {
        var upright = TestPictures.Quadrants(WidthPx, HeightPx);
        var file = InOrientation(upright, orientation);
        var shape = new ModelInputShape(WidthPx, HeightPx, ModelFit.Stretch, ResizeKernel.Bilinear);

        var header = ImageProbe.Read(file).Header!;
        using var full = ImageDecoder.DecodeFull(file);
        using var fit = ImageDecoder.DecodeToFit(file, 512);
        using var model = ImageDecoder.DecodeForModel(file, shape);

        Assert.Equal((orientation, WidthPx, HeightPx), (header.Orientation, header.WidthPx, header.HeightPx));
        Assert.Equal((WidthPx, HeightPx), (full.Pixels!.WidthPx, full.Pixels.HeightPx));
        Assert.InRange(TestPictures.Difference(upright, full.Pixels.Rgb), 0, 2);
        Assert.InRange(TestPictures.Difference(upright, fit.Pixels!.Rgb), 0, 2);
        Assert.InRange(TestPictures.Difference(upright, model.Pixels!.Rgb), 0, 2);
    }

    [Fact]
    public void Crop_and_pad_are_upright_too()
    {
        var upright = TestPictures.Quadrants(WidthPx, HeightPx);
        foreach (var fit in new[] { ModelFit.Crop, ModelFit.Pad })
        {
            var shape = new ModelInputShape(32, 32, fit, ResizeKernel.Bicubic);
            using var plain = ImageDecoder.DecodeForModel(InOrientation(upright, 1), shape);
            using var turned = ImageDecoder.DecodeForModel(InOrientation(upright, 6), shape);

            Assert.InRange(TestPictures.Difference(plain.Pixels!.Rgb, turned.Pixels!.Rgb), 0, 2);
        }
    }

    [Theory]
    [InlineData("Landscape"), InlineData("Portrait")]
    public void Photos_in_all_orientations_look_alike(string name)
    {
        var folder = SharedData.Folder("exif_orientation");
        using var first = ImageDecoder.DecodeToFit(File.ReadAllBytes(Path.Combine(folder, name + "_0.jpg")), 256);
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            using var other = ImageDecoder.DecodeToFit(File.ReadAllBytes(Path.Combine(folder,
                $"{name}_{orientation}.jpg")), 256);

            Assert.Equal(orientation, other.Header!.Orientation);
            Assert.InRange(TestPictures.Difference(first.Pixels!.Rgb, other.Pixels!.Rgb), 0, 2.5);
        }
    }

    static byte[] InOrientation(byte[] upright, int orientation)
    {
        var (width, height) = orientation >= 5 ? (HeightPx, WidthPx) : (WidthPx, HeightPx);
        var stored = new byte[upright.Length];
        for (var y = 0; y < HeightPx; y++)
        {
            for (var x = 0; x < WidthPx; x++)
            {
                var (sx, sy) = Stored(orientation, x, y);
                upright.AsSpan(3 * (y * WidthPx + x), 3).CopyTo(stored.AsSpan(3 * (sy * width + sx)));
            }
        }
        return ExifBytes.InJpeg(ImageEncoder.ToJpeg(stored, width, height, 95), orientation);
    }
}
