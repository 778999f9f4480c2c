namespace ImagePipeline.Core.Duplicates;

/// <summary>The eight ways to turn and mirror a picture onto its own frame.</summary>
/// <remarks>A value says what was done to the one picture to make the other; turns are clockwise.</remarks>
public enum DihedralTransform
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A quarter turn clockwise.</summary>
    Rotate90 = 1,

    /// <summary>A half turn.</summary>
    Rotate180 = 2,

    /// <summary>Three quarters of a turn clockwise.</summary>
    Rotate270 = 3,

    /// <summary>Left and right exchanged.</summary>
    Mirror = 4,

    /// <summary>Top and bottom exchanged.</summary>
    Flip = 5,

    /// <summary>Rows and columns exchanged: mirrored along the diagonal from the top left.</summary>
    Transpose = 6,

    /// <summary>Mirrored along the diagonal from the top right.</summary>
    Transverse = 7,
}

/// <summary>Codes, words and inverses of <see cref="DihedralTransform"/>.</summary>
public static class DihedralTransforms
{
    static readonly (string Code, string Words)[] Names =
    [
        ("none", "unturned"),
        ("rotate_90", "rotated 90°"),
        ("rotate_180", "rotated 180°"),
        ("rotate_270", "rotated 270°"),
        ("mirror", "mirrored"),
        ("flip", "flipped upside down"),
        ("transpose", "mirrored and rotated 270°"),
        ("transverse", "mirrored and rotated 90°"),
    ];

    // PDQ turns counterclockwise, and names a flip for the axis that stays.
    static readonly DihedralTransform[] PdqPositions =
    [
        DihedralTransform.None, DihedralTransform.Rotate270, DihedralTransform.Rotate180, DihedralTransform.Rotate90,
        DihedralTransform.Flip, DihedralTransform.Mirror, DihedralTransform.Transpose, DihedralTransform.Transverse,
    ];

    /// <summary>The transform of one of PDQ's eight hashes, in the order in which the reference gives them: original,
    /// rotate90, rotate180, rotate270, flipX, flipY, flipPlus1, flipMinus1.</summary>
    /// <param name="position">Position of the hash, 0 to 7.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public static DihedralTransform FromPdqPosition(int position) =>
        (uint)position < (uint)PdqPositions.Length
            ? PdqPositions[position]
            : throw new ArgumentOutOfRangeException(nameof(position), position, "PDQ has positions 0 to 7");

    /// <summary>The code of a transform, such as "rotate_90", as SQL and JSON show it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such transform.</exception>
    public static string Code(this DihedralTransform transform) => Name(transform).Code;

    /// <summary>Words for people, such as "rotated 90°" (clockwise).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such transform.</exception>
    public static string Words(this DihedralTransform transform) => Name(transform).Words;

    /// <summary>The transform that undoes this one: the quarter turns exchange, the others are their own.</summary>
    public static DihedralTransform Inverse(this DihedralTransform transform) => transform switch
    {
        DihedralTransform.Rotate90 => DihedralTransform.Rotate270,
        DihedralTransform.Rotate270 => DihedralTransform.Rotate90,
        _ => transform,
    };

    /// <summary>Reads a code.</summary>
    /// <returns>False if it is not one of the eight.</returns>
    public static bool TryParse(string? code, out DihedralTransform transform)
    {
        var index = Array.FindIndex(Names, name => name.Code == code);
        transform = (DihedralTransform)Math.Max(index, 0);
        return index >= 0;
    }

    static (string Code, string Words) Name(DihedralTransform transform) =>
        (uint)transform < (uint)Names.Length
            ? Names[(int)transform]
            : throw new ArgumentOutOfRangeException(nameof(transform), transform, "no such transform");
}
