using System.Diagnostics;

namespace ImagePipeline.Imaging.Tests;

/// <summary>Fuzzer output, bombs, cut files and formats that are not read, from five projects' test suites.</summary>
public class MalformedFileTests
{
    const int ReadTwiceLimitSeconds = 20;

    [Fact]
    public void Every_file_decodes_or_gives_a_known_reason_and_none_hangs()
    {
        foreach (var file in SharedData.Files("malformed"))
        {
            var bytes = File.ReadAllBytes(file);
            var clock = Stopwatch.StartNew();
            var probe = ImageProbe.Read(bytes);
            using var decoded = ImageDecoder.DecodeToFit(bytes, 512);
            var digest = PixelDigest.Compute(bytes);

            // Decoded twice: to fit and for the digest.
            Assert.True(clock.Elapsed.TotalSeconds < ReadTwiceLimitSeconds, $"{file} took {clock.Elapsed}");
            if (decoded.IsDecoded)
            {
                Assert.Equal(probe.Header, decoded.Header);
                Assert.InRange(Math.Max(decoded.Pixels.WidthPx, decoded.Pixels.HeightPx), 1, 512);
                Assert.True(digest.Sha256?.Length == 32, $"{file}: {digest.Rejection}");
            }
            else
            {
                Assert.Contains(decoded.Rejection.Value.Reason, RejectionReason.All);
                Assert.True(decoded.Rejection.Value.Detail is { Length: > 10 and < 320 } detail
                    && !detail.Contains('\n'), file);
                Assert.Equal(decoded.Rejection.Value.Reason, digest.Rejection?.Reason);
                Assert.True(probe.IsAccepted || probe.Rejection.Value.Reason == decoded.Rejection.Value.Reason, file);
            }
        }
    }

    [Theory]
    [InlineData("libvips/17000x17000.avif", RejectionReason.TooManyPixels)]
    [InlineData("metadata-extractor/jpg/beach.jpg", RejectionReason.ZeroSize)]
    [InlineData("pillow/truncated_jpeg.jpg", RejectionReason.Truncated)]
    [InlineData("pillow/broken_data_stream.png", RejectionReason.Truncated)]
    [InlineData("libpng/testpngs/crashers/huge_IDAT.png", RejectionReason.Truncated)]
    [InlineData("image-rs/regression/jpg/oss-fuzz-36829.jpeg", RejectionReason.Corrupt)]
    [InlineData("metadata-extractor/png/PngSuite/xs7n0g01.png", RejectionReason.Corrupt)]
    [InlineData("metadata-extractor/png/PngSuite/xc9n2c08.png", RejectionReason.Corrupt)]
    [InlineData("metadata-extractor/jpg/ImageTestSuite/adcb34b94f4c839bdd29037419a0ee53.jpg", RejectionReason.Corrupt)]
    [InlineData("metadata-extractor/heic/cheers_1440x960.heic", RejectionReason.UnsupportedFormat)]
    [InlineData("metadata-extractor/bmp/Backup.ICO", RejectionReason.UnsupportedFormat)]
    [InlineData("metadata-extractor/psd/10x12x16bit-CMYK.psd", RejectionReason.UnsupportedFormat)]
    [InlineData("pillow/tga/common/200x32_rgba_tl_raw.tga", RejectionReason.UnsupportedFormat)]
    [InlineData("metadata-extractor/3gp/sample.3gp", RejectionReason.NotAnImage)]
    [InlineData("metadata-extractor/mp3/chirp-4.mp3", RejectionReason.NotAnImage)]
    [InlineData("libvips/avg152T1_LR_nifti.nii.gz", RejectionReason.NotAnImage)]
    [InlineData("libvips/looks-like-svg.webp", null)]
    [InlineData("libvips/cd2.2.jpg", null)]
    [InlineData("metadata-extractor/nef/Issue 247-4.nef", null)]
    [InlineData("pillow/png_decompression_dos.png", null)]
    [InlineData("pillow/sugarshack_bad_mpo_header.jpg", null)]
    [InlineData("metadata-extractor/tif/BigTIFF/BigTIFFMotorola.tif", null)]
    public void Named_files_give_named_reasons(string name, string? reason)
    {
        using var decoded = ImageDecoder.DecodeToFit(File.ReadAllBytes(Path.Combine(SharedData.Folder("malformed"),
            name)), 512);

        Assert.Equal(reason, decoded.Rejection?.Reason);
    }

    [Fact]
    public void One_picture_in_several_colour_modes_looks_alike()
    {
        var shape = new ModelInputShape(64, 64, ModelFit.Stretch, ResizeKernel.Bilinear);
        var original = Path.Combine(SharedData.Folder("pdq"), "bridge-mods", "aaa-orig.jpg");
        using var expected = ImageDecoder.DecodeForModel(File.ReadAllBytes(original), shape);
        foreach (var file in SharedData.Files("pdq/modes"))
        {
            using var decoded = ImageDecoder.DecodeForModel(File.ReadAllBytes(file), shape);

            // Grey and one-bit versions, and CMYK without a profile, differ in colour: 10.9 to 13.4 of 255. The others
            // by at most 1.
            var most = Path.GetFileNameWithoutExtension(file) is "RGB" or "P" or "LAB" ? 2 : 16;
            Assert.InRange(TestPictures.Difference(expected.Pixels!.Rgb, decoded.Pixels!.Rgb), 0, most);
        }
    }
}
