using ImagePipeline.Imaging.Samples.Scenes;

namespace ImagePipeline.Imaging.Samples;

/// <summary>
/// Draws pictures out of nothing: no fonts, files or services. A seed names a picture for good, at any size: the scene
/// is laid out in units of the picture's height, so that a larger one shows the same things with finer edges.
/// </summary>
public static class SceneRenderer
{
    /// <summary>Strength of the film grain, in 1/255: what a good camera leaves in daylight.</summary>
    const float Grain = 2.5f;

    static readonly (string Name, Action<Canvas, SceneRandom, Palette> Draw)[] Families =
    [
        ("hills", Hills.Draw), ("still-life", StillLife.Draw), ("city", City.Draw), ("flowers", Flowers.Draw),
        ("pattern", Patterns.Draw), ("sea", Sea.Draw), ("poster", Poster.Draw), ("forest", Forest.Draw),
        ("leaves", Leaves.Draw), ("planets", Planets.Draw), ("chart", Chart.Draw), ("glass", Glass.Draw),
    ];

    /// <summary>How many kinds of scene there are; consecutive seeds go round them.</summary>
    public static int FamilyCount => Families.Length;

    /// <summary>The kind of scene a seed draws, as a word fit for a file name: hills, city, poster ...</summary>
    public static string FamilyOf(int seed) => Families[(int)((uint)seed % (uint)Families.Length)].Name;

    /// <summary>Draws the scene of a seed.</summary>
    /// <param name="seed">Any number; chooses the kind of scene, its colours and its layout.</param>
    /// <param name="widthPx">Width, at least 1.</param>
    /// <param name="heightPx">Height, at least 1. Scenes are laid out for pictures about as wide as high, or
    /// wider.</param>
    /// <param name="rgb">Receives sRGB bytes, row-major, height x width x 3.</param>
    /// <exception cref="ArgumentException">A size is below 1, or <paramref name="rgb"/> has the wrong
    /// length.</exception>
    public static void Render(int seed, int widthPx, int heightPx, Span<byte> rgb)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(widthPx, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(heightPx, 1);
        if (rgb.Length != (long)widthPx * heightPx * 3)
        {
            throw new ArgumentException(
                $"Expected {(long)widthPx * heightPx * 3} bytes, got {rgb.Length}.", nameof(rgb));
        }

        var random = new SceneRandom((uint)seed);
        var canvas = new Canvas(widthPx, heightPx);
        Families[(int)((uint)seed % (uint)Families.Length)].Draw(canvas, random, Palette.Pick(random));
        canvas.CopyTo(rgb, Grain, (uint)seed);
    }
}
