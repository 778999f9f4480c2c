using System.Buffers.Binary;
using System.Text;

namespace ImagePipeline.Imaging.Tests;

public class GuardTests
{
    static readonly byte[] Jpeg = ImageEncoder.ToJpeg(TestPictures.Waves(200, 150), 200, 150, 85);

    [Fact]
    public void Each_limit_has_its_reason_and_names_value_and_limit()
    {
        var limits = new ImageLimits { MaxPixels = 29_999, MaxPixelsHeld = 29_999 };

        Assert.Equal(new(RejectionReason.EmptyFile, "The file has no bytes."), ImageProbe.Read([]).Rejection);
        Assert.Equal(new(RejectionReason.TooManyPixels, "200 x 150 = 30,000 pixels; the limit is 29,999"),
            ImageProbe.Read(Jpeg, limits).Rejection);
        Assert.Equal(RejectionReason.TooManyBytes, ImageProbe.Read(Jpeg, new() { MaxBytes = 100 }).Rejection?.Reason);
        Assert.EndsWith("the limit is 100", ImageProbe.Read(Jpeg, new() { MaxBytes = 100 }).Rejection?.Detail,
            StringComparison.Ordinal);
        Assert.True(ImageProbe.Read(Jpeg, new() { MaxPixels = 30_000 }).IsAccepted);
    }

    [Fact]
    public void Formats_that_hold_the_whole_picture_have_a_lower_limit()
    {
        var limits = new ImageLimits { MaxPixelsHeld = 10_000 };
        var webp = ImageEncoder.ToWebp(TestPictures.Waves(200, 150), 200, 150, false, 80);

        Assert.True(ImageDecoder.DecodeToFit(Jpeg, 64, limits).IsDecoded);
        Assert.Equal(RejectionReason.TooManyPixels, ImageDecoder.DecodeToFit(webp, 64, limits).Rejection?.Reason);
        Assert.Equal(RejectionReason.TooManyPixels, ImageDecoder.DecodeFull(Jpeg, limits).Rejection?.Reason);
        Assert.NotNull(PixelDigest.Compute(Jpeg, limits).Sha256);
        Assert.Equal(RejectionReason.TooManyPixels,
            PixelDigest.Compute(ExifBytes.InJpeg(Jpeg, 6), limits).Rejection?.Reason);
    }

    [Fact]
    public void A_bomb_is_refused_from_its_header_alone()
    {
        var bomb = PngHeader(40_000, 40_000);
        var before = VipsRuntimePeak();

        var refused = ImageDecoder.DecodeToFit(bomb, 512).Rejection;

        Assert.Equal(RejectionReason.TooManyPixels, refused?.Reason);
        Assert.Equal("40000 x 40000 = 1,600,000,000 pixels; the limit is 268,000,000", refused?.Detail);
        Assert.InRange(VipsRuntimePeak() - before, 0, 64 << 20);
    }

    [Fact]
    public void A_size_of_zero_is_its_own_reason()
    {
        Assert.Equal(RejectionReason.ZeroSize, ImageProbe.Read(PngHeader(0, 5)).Rejection?.Reason);
        Assert.Equal(RejectionReason.ZeroSize, ImageProbe.Read(PngHeader(5, 0)).Rejection?.Reason);
    }

    [Fact]
    public void Too_many_frames_is_its_own_reason()
    {
        using var roll = Vips.VipsImage.FromPixels(TestPictures.Waves(8, 80), 8, 80);
        var gif = roll.Save("gifsave_buffer", ("page-height", "8"));

        Assert.Equal(10, ImageProbe.Read(gif).Header?.Frames);
        Assert.Equal(new(RejectionReason.TooManyFrames, "10 frames; the limit is 9"),
            ImageProbe.Read(gif, new() { MaxFrames = 9 }).Rejection);
    }

    [Theory]
    [InlineData("RIFF....WAVEfmt ", RejectionReason.NotAnImage, "")]
    [InlineData("hello, world", RejectionReason.NotAnImage, "")]
    [InlineData("BM says hello, this is a text file", RejectionReason.NotAnImage, "")]
    [InlineData("\0\0\0\u0018ftypmp42\0\0\0\0mp42isom", RejectionReason.NotAnImage, "")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0mif1heic", RejectionReason.UnsupportedFormat, "HEIC")]
    [InlineData("\0\0\0\u0018ftypmif1\0\0\0\0mif1heic", RejectionReason.UnsupportedFormat, "HEIC")]
    [InlineData("8BPS\0\u0001", RejectionReason.UnsupportedFormat, "Photoshop")]
    [InlineData("%PDF-1.7", RejectionReason.UnsupportedFormat, "PDF")]
    [InlineData("P6\n3 2\n255\n", RejectionReason.UnsupportedFormat, "Netpbm")]
    [InlineData("<?xml version=\"1.0\"?>\n<svg xmlns=\"...\">", RejectionReason.UnsupportedFormat, "SVG")]
    [InlineData("<?xml version=\"1.0\"?>\n<html>", RejectionReason.NotAnImage, "")]
    [InlineData("II*\0\u0010\0\0\0CR\u0002\0\0\0\0\0", RejectionReason.UnsupportedFormat, "camera raw")]
    public void Unreadable_files_are_told_from_known_formats_by_content(string content, string reason, string name)
    {
        var refused = ImageProbe.Read(Encoding.Latin1.GetBytes(content)).Rejection;

        Assert.Equal(reason, refused?.Reason);
        Assert.StartsWith(name, refused?.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.jpg", "jpeg", false)]
    [InlineData("a.JPEG", "jpeg", false)]
    [InlineData("dir.png/a.jpg", "png", true)]
    [InlineData("a.heic", "jpeg", true)]
    [InlineData("a.heif", "avif", false)]
    [InlineData("a", "png", false)]
    [InlineData("a.orig", "png", false)]
    public void A_name_that_promises_another_format_is_noticed(string name, string format, bool wrong)
    {
        Assert.Equal(wrong, ImageProbe.WrongExtension(name, format));
    }

    [Fact]
    public void The_header_tells_size_format_and_when_it_was_taken()
    {
        var file = ExifBytes.InJpeg(Jpeg, 6, "2011:03:13 17:34:41");

        var header = ImageProbe.Read(file).Header!;

        Assert.Equal(("jpeg", 150, 200, 6, 1, 8, false),
            (header.Format, header.WidthPx, header.HeightPx, header.Orientation,
            header.Frames, header.BitsPerChannel, header.HasAlpha));
        Assert.Equal(new DateTime(2011, 3, 13, 17, 34, 41, DateTimeKind.Unspecified), header.TakenAt);
        Assert.Null(ImageProbe.Read(ExifBytes.InJpeg(Jpeg, 1, "0000:00:00 00:00:00")).Header!.TakenAt);
        Assert.Null(ImageProbe.Read(Jpeg).Header!.TakenAt);
    }

    [Fact]
    public void Every_reason_is_listed_once_in_snake_case()
    {
        var constants = typeof(RejectionReason).GetFields()
            .Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).ToList();

        Assert.Equal(constants.Order(), RejectionReason.All.Order());
        Assert.All(constants, c => Assert.Matches("^[a-z]+(_[a-z]+)*$", c));
    }

    static long VipsRuntimePeak() => Vips.VipsRuntime.TrackedBytesPeak;

    /// <summary>A PNG that is only a correct header of 8-bit RGB, an empty data chunk and an end.</summary>
    static byte[] PngHeader(int widthPx, int heightPx)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, widthPx);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), heightPx);
        (header[8], header[9]) = (8, 2);
        return [0x89, .. "PNG\r\n"u8, 0x1a, 0x0a, .. Chunk("IHDR", header), .. Chunk("IDAT", []), .. Chunk("IEND", [])];
    }

    static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        var crc = uint.MaxValue;
        foreach (var value in body)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xedb88320;
            }
        }
        var frame = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(frame, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), ~crc);
        return [.. frame[..4], .. body, .. frame[4..]];
    }
}
