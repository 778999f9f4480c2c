namespace ImagePipeline.Core.Duplicates;

/// <summary>How two files are alike, strongest first: a smaller value is a stronger claim.</summary>
public enum DuplicateKind
{
    /// <summary>The files are equal byte for byte.</summary>
    SameBytes = 0,

    /// <summary>The decoded pictures are equal; encoding or metadata differ.</summary>
    SamePixels = 1,

    /// <summary>One picture, edited: resized, recompressed, cropped a little, mirrored, turned.</summary>
    EditedCopy = 2,

    /// <summary>Pictures that look alike. Not a copy: never grouped with copies.</summary>
    Similar = 3,
}

/// <summary>The text codes of <see cref="DuplicateKind"/>, as SQL and JSON show them.</summary>
public static class DuplicateKinds
{
    static readonly string[] Codes = ["same_bytes", "same_pixels", "edited_copy", "similar"];

    /// <summary>The code of a kind, such as "same_pixels".</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kind.</exception>
    public static string Code(this DuplicateKind kind) =>
        kind is >= DuplicateKind.SameBytes and <= DuplicateKind.Similar
            ? Codes[(int)kind]
            : throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind of duplicate");

    /// <summary>What a file is to the picture it is a copy of, in words for people.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kind.</exception>
    public static string Describe(this DuplicateKind kind) => kind switch
    {
        DuplicateKind.SameBytes => "the same file, byte for byte",
        DuplicateKind.SamePixels => "the same picture in another encoding or with other metadata",
        DuplicateKind.EditedCopy => "an edited copy",
        DuplicateKind.Similar => "similar, not a copy",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind of duplicate"),
    };

    /// <summary>Reads a code.</summary>
    /// <returns>False if it is not one of the four.</returns>
    public static bool TryParse(string? code, out DuplicateKind kind)
    {
        var index = Array.IndexOf(Codes, code);
        kind = (DuplicateKind)Math.Max(index, 0);
        return index >= 0;
    }
}
