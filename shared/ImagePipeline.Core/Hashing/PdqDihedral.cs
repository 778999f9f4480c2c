namespace ImagePipeline.Core.Hashing;

/// <summary>
/// The PDQ hashes of a picture in its eight positions, all from one transform. They answer "is that one a turned or
/// mirrored copy of this?": compare the eight hashes here with the one hash, <see cref="Original"/>, of the other.
/// </summary>
/// <param name="Original">As it is.</param>
/// <param name="Rotate90">Turned by 90 degrees counterclockwise.</param>
/// <param name="Rotate180">Turned by 180 degrees.</param>
/// <param name="Rotate270">Turned by 90 degrees clockwise.</param>
/// <param name="FlipX">Top and bottom exchanged.</param>
/// <param name="FlipY">Left and right exchanged: the mirror image.</param>
/// <param name="FlipPlus1">Transposed: top left and bottom right stay.</param>
/// <param name="FlipMinus1">Top right and bottom left stay.</param>
public readonly record struct PdqDihedral(
    Hash256 Original, Hash256 Rotate90, Hash256 Rotate180, Hash256 Rotate270,
    Hash256 FlipX, Hash256 FlipY, Hash256 FlipPlus1, Hash256 FlipMinus1)
{
    /// <summary>Number of positions.</summary>
    public const int Count = 8;

    static readonly string[] PositionNames =
        ["original", "rotate90", "rotate180", "rotate270", "flipX", "flipY", "flipPlus1", "flipMinus1"];

    /// <summary>The names of the positions, in the order of the index.</summary>
    public static ReadOnlySpan<string> Names => PositionNames;

    /// <summary>The hash of one position, 0 to 7, in the order of <see cref="Names"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public Hash256 this[int position] => position switch
    {
        0 => Original,
        1 => Rotate90,
        2 => Rotate180,
        3 => Rotate270,
        4 => FlipX,
        5 => FlipY,
        6 => FlipPlus1,
        7 => FlipMinus1,
        _ => throw new ArgumentOutOfRangeException(nameof(position), position, $"Positions are 0 to {Count - 1}."),
    };

    /// <summary>The position in which this picture is nearest to another one, and how near.</summary>
    /// <param name="other">The hash of the other picture as it is.</param>
    public (int Position, int Distance) NearestTo(Hash256 other)
    {
        var best = (Position: 0, Distance: Original.DistanceTo(other));
        for (var position = 1; position < Count; position++)
        {
            var distance = this[position].DistanceTo(other);
            if (distance < best.Distance)
            {
                best = (position, distance);
            }
        }

        return best;
    }
}
