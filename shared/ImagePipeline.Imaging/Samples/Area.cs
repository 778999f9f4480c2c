using System.Numerics;

namespace ImagePipeline.Imaging.Samples;

/// <summary>An upright rectangle, in the units of <see cref="Canvas"/>.</summary>
readonly record struct Area(float Left, float Top, float Right, float Bottom)
{
    /// <summary>The rectangle that reaches as far as given to each side of a centre.</summary>
    public static Area Around(Vector2 centre, float reachX, float reachY) =>
        new(centre.X - reachX, centre.Y - reachY, centre.X + reachX, centre.Y + reachY);

    /// <summary>The square that reaches as far as given to each side of a centre.</summary>
    public static Area Around(Vector2 centre, float reach) => Around(centre, reach, reach);

    /// <summary>The same rectangle, larger by a margin on each side.</summary>
    public Area Grow(float margin) => new(Left - margin, Top - margin, Right + margin, Bottom + margin);
}
