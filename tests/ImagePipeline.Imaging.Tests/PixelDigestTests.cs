using System.Buffers.Binary;
using System.Security.Cryptography;
using ImagePipeline.Imaging.Vips;

namespace ImagePipeline.Imaging.Tests;

public class PixelDigestTests
{
    const int WidthPx = 700;
    const int HeightPx = 900;
    static readonly byte[] Rgb = TestPictures.Waves(WidthPx, HeightPx);

    [Fact]
    public void It_is_the_defined_hash_of_size_and_pixels()
    {
        var size = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(size, WidthPx);
        BinaryPrimitives.WriteInt32LittleEndian(size.AsSpan(4), HeightPx);

        Assert.Equal(SHA256.HashData([.. size, .. Rgb]), Digest(ImageEncoder.ToPng(Rgb, WidthPx, HeightPx)));
    }

    [Fact]
    public void Lossless_encodings_of_one_picture_agree()
    {
        var expected = Digest(ImageEncoder.ToPng(Rgb, WidthPx, HeightPx));
        using var image = VipsImage.FromPixels(Rgb, WidthPx, HeightPx);
        using var opaque = image.Apply("bandjoin_const", ("c", "255"));

        Assert.Equal(expected, Digest(ImageEncoder.ToTiff(Rgb, WidthPx, HeightPx)));
        Assert.Equal(expected, Digest(ImageEncoder.ToWebp(Rgb, WidthPx, HeightPx, true, 50)));
        Assert.Equal(expected, Digest(image.Save("pngsave_buffer", ("interlace", "true"))));
        Assert.Equal(expected, Digest(opaque.Save("pngsave_buffer")));
    }

    [Fact]
    public void Orientation_by_flag_equals_orientation_by_pixels()
    {
        using var image = VipsImage.FromPixels(Rgb, WidthPx, HeightPx);
        using var turned = image.Apply("rot", ("angle", "d90"));
        // In a JPEG the flag is easy to write by hand; pixels without loss need a flat picture.
        byte[] flat = [.. Enumerable.Repeat((byte)128, 64 * 32 * 3)];
        var upright = ImageEncoder.ToJpeg(flat, 64, 32, 95);
        var flagged = ExifBytes.InJpeg(ImageEncoder.ToJpeg(flat, 32, 64, 95), 6);

        Assert.Equal(Digest(upright), Digest(flagged));
        Assert.NotEqual(Digest(image.Save("pngsave_buffer")), Digest(turned.Save("pngsave_buffer")));
    }

    [Fact]
    public void Metadata_does_not_count_and_a_single_pixel_does()
    {
        var jpeg = ImageEncoder.ToJpeg(Rgb, WidthPx, HeightPx, 90);
        var other = (byte[])Rgb.Clone();
        other[^1] ^= 1;

        Assert.Equal(Digest(jpeg), Digest(ExifBytes.InJpeg(jpeg, 1, "2011:03:13 17:34:41")));
        Assert.NotEqual(Digest(ImageEncoder.ToPng(Rgb, WidthPx, HeightPx)),
            Digest(ImageEncoder.ToPng(other, WidthPx, HeightPx)));
        Assert.NotEqual(Digest(ImageEncoder.ToPng(new byte[12], 2, 2)), Digest(ImageEncoder.ToPng(new byte[12], 4, 1)));
    }

    [Fact]
    public void The_hidden_colour_of_transparent_pixels_does_not_count_but_alpha_does()
    {
        byte[] one = [9, 9, 9, 0, 1, 2, 3, 255];
        byte[] hidden = [7, 0, 5, 0, 1, 2, 3, 255];
        byte[] half = [9, 9, 9, 128, 1, 2, 3, 255];

        Assert.Equal(Digest(Rgba(one)), Digest(Rgba(hidden)));
        Assert.NotEqual(Digest(Rgba(one)), Digest(Rgba(half)));
        Assert.NotEqual(Digest(Rgba(one)), Digest(ImageEncoder.ToPng([0, 0, 0, 1, 2, 3], 2, 1)));
    }

    static byte[] Rgba(byte[] pixels)
    {
        using var image = VipsImage.FromPixels(pixels, 2, 1, 4);
        return image.Save("pngsave_buffer");
    }

    static byte[] Digest(byte[] file)
    {
        var result = PixelDigest.Compute(file);
        Assert.Null(result.Rejection);
        return result.Sha256!;
    }
}
