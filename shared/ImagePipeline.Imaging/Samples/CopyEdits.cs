namespace ImagePipeline.Imaging.Samples;

/// <summary>
/// The edits that copy detection is measured with. The first eleven follow the benchmark of perceptual hashes by Thorn
/// (github.com/thorn-oss/perception, docs/examples/benchmarking.rst) in kind and strength; its noise and watermark are drawn otherwise, so
/// figures are near to, not the same as, its own. The others are harder, after the image similarity challenge of 2021.
/// </summary>
public static class CopyEdits
{
    const int Light = 95;

    /// <summary>All of them, the published ones first.</summary>
    public static IReadOnlyList<CopyEdit> All { get; } =
    [
        new("noop", false, 100, (picture, _, _) => picture),
        new("jpeg-95", false, Light, (picture, _, _) => picture),
        new("resize-50", false, Light, (picture, _, _) => PictureEdits.Resize(picture, 0.5)),
        new("blur-2", false, Light, (picture, _, _) => PictureEdits.Blur(picture, 2)),
        new("gamma-2", false, Light, (picture, _, _) => PictureEdits.Gamma(picture, 0.5)),
        new("noise", false, Light, (picture, _, random) => PictureEdits.Noise(picture, 12, random.Below(int.MaxValue))),
        new("vignette", false, Light, (picture, _, _) => PictureEdits.Vignette(picture)),
        new("watermark", false, Light, (picture, _, _) => PictureEdits.Watermark(picture, "TEXT", 0.4)),
        new("crop-5", false, Light, (picture, _, _) => PictureEdits.Crop(picture, 0.05)),
        new("pad-20", false, Light, (picture, _, _) => PictureEdits.Pad(picture, 0.2, 0.2, RgbColour.Black)),
        new("rotate-4", false, Light, (picture, _, _) => PictureEdits.RotateDegrees(picture, 4, RgbColour.Black)),
        new("jpeg-10", true, 10, (picture, _, _) => picture),
        new("colour-shift", true, Light, (picture, _, random) => PictureEdits.ColourShift(
            picture, random.Between(0.6, 1.3), random.Between(0.6, 1.3), random.Between(0.6, 1.3))),
        new("grey", true, Light, (picture, _, _) => PictureEdits.Saturation(picture, 0)),
        new("mirror", true, Light, (picture, _, _) => PictureEdits.Mirror(picture)),
        new("rotate-90", true, Light, (picture, _, random) => random.Below(2) == 0 ? PictureEdits.Rotate90(picture) : PictureEdits.Rotate270(picture)),
        new("aspect", true, Light, (picture, _, random) => Stretched(picture, random.Between(1.25, 1.5), random.Below(2) == 0)),
        new("text", true, 90, (picture, _, _) => PictureEdits.TextOverlay(picture, "WHEN YOU SEE IT", 0.12)),
        new("sticker", true, 90, (picture, _, random) => PictureEdits.Sticker(
            picture, random.Between(0.25, 0.75), random.Between(0.25, 0.75), random.Between(0.18, 0.3))),
        new("perspective", true, Light, (picture, _, random) => PictureEdits.Perspective(
            picture,
            [
                (random.Between(0, 0.12), random.Between(0, 0.12)), (random.Between(0.88, 1), random.Between(0, 0.12)),
                (random.Between(0.88, 1), random.Between(0.88, 1)), (random.Between(0, 0.12), random.Between(0.88, 1)),
            ],
            RgbColour.Black)),
        new("crop-50", true, Light, (picture, _, random) => Window(picture, Math.Sqrt(0.5), random)),
        new("screenshot", true, 90, (picture, _, random) => PictureEdits.Screenshot(picture, random.Below(2) == 0)),
        new("collage", true, 90, (picture, others, random) => PictureEdits.Collage(picture, others, random.Below(4))) { OthersShown = 3 },
        new("insert", true, 90, (picture, others, random) => PictureEdits.PasteInto(
            picture, others[0], random.Between(0.5, 0.7), random.Between(0, 1), random.Between(0, 1))) { OthersShown = 1 },
    ];

    static RgbPicture Stretched(RgbPicture picture, double factor, bool wide) => PictureEdits.Resize(
        picture, (int)Math.Ceiling(picture.WidthPx * (wide ? factor : 1)), (int)Math.Ceiling(picture.HeightPx * (wide ? 1 : factor)));

    /// <summary>A window that keeps a fraction of either side, anywhere in the picture.</summary>
    static RgbPicture Window(RgbPicture picture, double side, EditRandom random)
    {
        var (left, top) = (random.Between(0, 1 - side), random.Between(0, 1 - side));
        return PictureEdits.Crop(picture, left, top, 1 - side - left, 1 - side - top);
    }
}
