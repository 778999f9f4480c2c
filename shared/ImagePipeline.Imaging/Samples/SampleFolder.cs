using System.Globalization;

namespace ImagePipeline.Imaging.Samples;

/// <summary>
/// Plans a folder such as people have: pictures, some of them twice, edited, in another format, or broken. About
/// half of the files are originals; the other half go round every edit in <see cref="Copies"/>.
/// </summary>
public static class SampleFolder
{
    /// <summary>Originals have one of these sizes, by turns.</summary>
    static readonly (int WidthPx, int HeightPx)[] Sizes = [(800, 600), (960, 640), (640, 640), (1024, 576)];

    static readonly Dictionary<string, string> Folders = new()
    {
        ["hills"] = "nature",
        ["sea"] = "nature",
        ["forest"] = "nature",
        ["flowers"] = "nature",
        ["city"] = "town",
        ["poster"] = "town",
        ["still-life"] = "studio",
        ["pattern"] = "studio",
        ["leaves"] = "studio",
        ["glass"] = "studio",
        ["planets"] = "space",
        ["chart"] = "work",
    };

    // Losslessly encoded copies need an original without losses, so originals that have one are PNG.
    static readonly Copy[] Copies =
    [
        new("backup/{0}.jpg", "same bytes", SampleKind.SameBytes, null),
        new("web/{0}-small.jpg", "resized", SampleKind.EditedCopy, p => Jpeg(PictureEdits.Resize(p, 0.5), 85)),
        new(
            "converted/{0}.webp",
            "lossless WebP",
            SampleKind.SamePixels,
            p => ImageEncoder.ToWebp(p.Rgb, p.WidthPx, p.HeightPx, true, 100)),
        new(
            "edited/{0}-cropped.jpg",
            "cropped",
            SampleKind.EditedCopy,
            p => Jpeg(PictureEdits.Crop(p, 0.02, 0.03, 0.03, 0.02), 90)),
        new(
            "edited/{0}-bright.jpg",
            "brightened",
            SampleKind.EditedCopy,
            p => Jpeg(PictureEdits.Brightness(p, 1.2), 90)),
        new("web/{0}-q60.jpg", "re-encoded", SampleKind.EditedCopy, p => Jpeg(p, 60)),
        new("converted/{0}.tif", "TIFF", SampleKind.SamePixels, p => ImageEncoder.ToTiff(p.Rgb, p.WidthPx, p.HeightPx)),
        new("edited/{0}-mirrored.jpg", "mirrored", SampleKind.EditedCopy, p => Jpeg(PictureEdits.Mirror(p), 90)),
        new(
            "web/{0}-watermark.jpg",
            "watermarked",
            SampleKind.EditedCopy,
            p => Jpeg(PictureEdits.Watermark(p, "SAMPLE"), 85)),
        new("edited/{0}-turned.jpg", "rotated 90", SampleKind.EditedCopy, p => Jpeg(PictureEdits.Rotate90(p), 90)),
        new(
            "edited/{0}-caption.jpg",
            "captioned",
            SampleKind.EditedCopy,
            p => Jpeg(PictureEdits.TextOverlay(p, "WISH YOU WERE HERE"), 85)),
        new(
            "web/{0}.webp",
            "lossy WebP",
            SampleKind.EditedCopy,
            p => ImageEncoder.ToWebp(p.Rgb, p.WidthPx, p.HeightPx, false, 75)),
    ];

    /// <summary>Plans a folder; nothing is drawn until a file's bytes are asked for.</summary>
    /// <param name="count">Number of files, 0 or more. From 12 on, three of them are broken.</param>
    /// <param name="seed">Chooses the scenes.</param>
    public static IEnumerable<SamplePicture> Plan(int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return PlanFiles(count, seed);
    }

    static IEnumerable<SamplePicture> PlanFiles(int count, int seed)
    {
        var broken = count < 12 ? [] : Broken(seed).ToArray();
        var left = count - broken.Length;
        for (var scene = 0; left > 0; scene++)
        {
            // Every original is followed by one copy; the copies' edits go round faster than the families do, so that
            // in time each edit meets each family.
            var copy = Copies[(scene + (scene / SceneRenderer.FamilyCount)) % Copies.Length];
            var number = scene;
            var original = Original(seed, scene, lossless: copy.Kind == SampleKind.SamePixels);
            yield return original;
            if (--left > 0)
            {
                yield return copy.Of(original, () => Scene(seed, number));
                left--;
            }
        }

        foreach (var file in broken)
        {
            yield return file;
        }
    }

    static SamplePicture Original(int seed, int scene, bool lossless)
    {
        var family = SceneRenderer.FamilyOf(SceneSeed(seed, scene));
        var path = string.Create(
            CultureInfo.InvariantCulture, $"{Folders[family]}/{family}-{scene + 1:000}.{(lossless ? "png" : "jpg")}");
        return new SamplePicture(path, SampleKind.Original, null, "original", () =>
        {
            var picture = Scene(seed, scene);
            return lossless ? ImageEncoder.ToPng(picture.Rgb, picture.WidthPx, picture.HeightPx) : Jpeg(picture, 92);
        });
    }

    static IEnumerable<SamplePicture> Broken(int seed)
    {
        yield return new("broken/cut-short.jpg", SampleKind.Broken, null, "truncated", () =>
        {
            var whole = Jpeg(Scene(seed, 0), 90);
            return whole[..(whole.Length / 3)];
        });
        yield return new("broken/notes.jpg", SampleKind.Broken, null, "not an image", () =>
            "Shopping list: bread, apples, film for the camera.\n"u8.ToArray());
        yield return new("broken/empty.jpg", SampleKind.Broken, null, "empty", () => []);
    }

    static RgbPicture Scene(int seed, int scene)
    {
        var (widthPx, heightPx) = Sizes[scene % Sizes.Length];
        return RgbPicture.Scene(SceneSeed(seed, scene), widthPx, heightPx);
    }

    // Far apart, so that folders of neighbouring seeds share no scene.
    static int SceneSeed(int seed, int scene) => unchecked((seed * 12_000_036) + scene);

    static byte[] Jpeg(RgbPicture picture, int quality) =>
        ImageEncoder.ToJpeg(picture.Rgb, picture.WidthPx, picture.HeightPx, quality);

    /// <summary>A way to copy a file.</summary>
    /// <param name="Path">Where the copy goes; {0} is the original's name without folder and extension.</param>
    /// <param name="Edit">What was done, in words.</param>
    /// <param name="Kind">What the copy is.</param>
    /// <param name="Encode">Makes the copy from the scene; null copies the bytes.</param>
    sealed record Copy(string Path, string Edit, SampleKind Kind, Func<RgbPicture, byte[]>? Encode)
    {
        public SamplePicture Of(SamplePicture original, Func<RgbPicture> scene)
        {
            var name = System.IO.Path.GetFileNameWithoutExtension(original.Path);
            var path = string.Format(CultureInfo.InvariantCulture, Path, name);
            return new SamplePicture(
                path, Kind, original.Path, Edit, Encode is null ? original.Bytes : () => Encode(scene()));
        }
    }
}
