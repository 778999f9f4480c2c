namespace ImagePipeline.Core.Duplicates;

/// <summary>What <see cref="KeeperRule"/> looks at to say which of several copies to keep.</summary>
/// <param name="Path">Path or address of the file; both / and \ part folders.</param>
/// <param name="WidthPx">Width as shown, in pixels.</param>
/// <param name="HeightPx">Height as shown, in pixels.</param>
/// <param name="Format">Format in lower case, such as "jpeg" or "png".</param>
/// <param name="Bytes">Size of the file, in bytes.</param>
/// <param name="TakenAt">When the picture was taken, by its metadata; null if it does not say.</param>
/// <param name="ModifiedAt">Date of the file or object; null if unknown.</param>
public readonly record struct KeeperFacts(string Path, int WidthPx, int HeightPx, string Format, long Bytes,
    DateTimeOffset? TakenAt = null, DateTimeOffset? ModifiedAt = null)
{
    /// <summary>Width times height.</summary>
    public long Pixels => (long)WidthPx * HeightPx;

    /// <summary>Whether the format loses nothing: PNG, TIFF, BMP.</summary>
    /// <remarks>A GIF has lost its colours; a WebP or AVIF is taken as lossy, as most are.</remarks>
    public bool IsLossless => Format is "png" or "tiff" or "bmp";
}

/// <summary>The file that <see cref="KeeperRule"/> suggests to keep.</summary>
/// <param name="Index">Its position among the candidates.</param>
/// <param name="Reason">Why it and not the next best, in words for people.</param>
public readonly record struct Keeper(int Index, string Reason);
