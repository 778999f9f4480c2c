using ImagePipeline.Contracts;
using ImagePipeline.Core.Colour;
using ImagePipeline.Core.Duplicates;
using ImagePipeline.Core.Hashing;
using ImagePipeline.Imaging;
using ImagePipeline.Storage;

namespace ImagePipeline.Hasher;

/// <summary>All that one small decode yields.</summary>
/// <param name="Image">The message that asked for it.</param>
/// <param name="Hashes">Every hash.</param>
/// <param name="Palette">Dominant colours, most frequent first.</param>
/// <param name="Thumbnail">A small picture, where one is to be stored.</param>
sealed record HashedPicture(ImageIngested Image, ImageHashes Hashes, PaletteColour[] Palette, byte[]? Thumbnail)
{
    const int ThumbnailQuality = 75;

    /// <summary>Computes hashes and palette of decoded pixels.</summary>
    public static HashedPicture From(ImageIngested image, PixelBuffer pixels, bool withThumbnail)
    {
        Span<PaletteColour> palette = stackalloc PaletteColour[Core.Colour.Palette.MaximumColours];
        var colours = Core.Colour.Palette.Extract(pixels.Rgb, pixels.WidthPx, pixels.HeightPx, palette);
        return new HashedPicture(
            image, ImageHasher.Compute(pixels.Rgb, pixels.WidthPx, pixels.HeightPx), palette[..colours].ToArray(),
            withThumbnail
                ? ImageEncoder.ToSmallJpeg(pixels.Rgb, pixels.WidthPx, pixels.HeightPx, ThumbnailRule.EdgePx, ThumbnailQuality)
                : null);
    }

    /// <summary>What is stored.</summary>
    public HashRow ToRow() => new(
        Image.ImageId, Hashes.Average, Hashes.Difference, Hashes.Perceptual, Hashes.Pdq, Hashes.PdqQuality,
        [.. Palette.Select(colour => colour.Hex)], [.. Palette.Select(colour => colour.Share)]);

    /// <summary>What is announced.</summary>
    public ImageHashed ToMessage() => new()
    {
        ImageId = Image.ImageId,
        Algorithm = ImageHasher.Algorithm,
        PdqQuality = Hashes.PdqQuality,
        Pdq = [.. PdqOrientations.Of(Hashes.PdqVariants).Select(hash => hash.ToString())],
        WidthPx = Image.WidthPx,
        HeightPx = Image.HeightPx,
    };
}
