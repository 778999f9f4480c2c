namespace ImagePipeline.Imaging.Samples;

/// <summary>A way in which copies differ from their originals.</summary>
/// <param name="Name">Short and stable, as tables show it: <c>crop-5</c>.</param>
/// <param name="IsHard">Whether it goes beyond what the published benchmarks of perceptual hashes try.</param>
/// <param name="Quality">Quality of the JPEG that the copy is kept as, 1 to 100.</param>
/// <param name="Apply">Makes the copy of a picture, with other pictures and random numbers at hand.</param>
public sealed record CopyEdit(
    string Name, bool IsHard, int Quality, Func<RgbPicture, IReadOnlyList<RgbPicture>, EditRandom, RgbPicture> Apply)
{
    /// <summary>How many of the other pictures, from the first, the copy shows as well: whoever finds one of them is not wrong.</summary>
    public int OthersShown { get; init; }

    /// <summary>The file of a copy; the same for the same seed.</summary>
    /// <param name="picture">The original.</param>
    /// <param name="others">Three other pictures, for what pastes the original among or into others.</param>
    /// <param name="seed">Chooses what is random in the edit.</param>
    public byte[] Make(RgbPicture picture, IReadOnlyList<RgbPicture> others, int seed)
    {
        var copy = Apply(picture, others, new EditRandom(seed));
        return ImageEncoder.ToJpeg(copy.Rgb, copy.WidthPx, copy.HeightPx, Quality);
    }
}

/// <summary>Random numbers of an edit, the same for the same seed on every platform.</summary>
public sealed class EditRandom
{
    readonly SceneRandom _random;

    internal EditRandom(int seed) => _random = new SceneRandom((uint)seed);

    /// <summary>A number in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double Between(double low, double high) => low + ((high - low) * _random.Unit());

    /// <summary>An integer in [0, <paramref name="count"/>).</summary>
    public int Below(int count) => _random.Below(count);
}
