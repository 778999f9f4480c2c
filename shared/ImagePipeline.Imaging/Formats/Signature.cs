using System.Buffers.Binary;
using System.Text;

namespace ImagePipeline.Imaging.Formats;

/// <summary>
/// Knows picture formats by their first bytes, so that a file that is not read can be called by its name.
/// </summary>
/// <remarks>The bytes are those that each format's specification gives.</remarks>
static class Signature
{
    static readonly (byte[] Start, string Name)[] Unreadable =
    [
        ("8BPS"u8.ToArray(), "Photoshop (PSD)"),
        ([0, 0, 0, 0x0c, (byte)'j', (byte)'P', (byte)' ', (byte)' '], "JPEG 2000"),
        ([0xff, 0x4f, 0xff, 0x51], "JPEG 2000"),
        ([0, 0, 0, 0x0c, (byte)'J', (byte)'X', (byte)'L', (byte)' '], "JPEG XL"),
        ([0xff, 0x0a], "JPEG XL"),
        ("%PDF"u8.ToArray(), "PDF"),
        ("%!PS"u8.ToArray(), "PostScript (EPS)"),
        ([0xc5, 0xd0, 0xd3, 0xc6], "PostScript (EPS)"),
        ("DDS "u8.ToArray(), "DirectDraw surface (DDS)"),
        ("BLP1"u8.ToArray(), "Blizzard texture (BLP)"),
        ("BLP2"u8.ToArray(), "Blizzard texture (BLP)"),
        ([0x01, 0xda], "Silicon Graphics (SGI)"),
        ("/* XPM"u8.ToArray(), "X pixmap (XPM)"),
        ("icns"u8.ToArray(), "Apple icon (ICNS)"),
        ("farbfeld"u8.ToArray(), "farbfeld"),
        ("qoif"u8.ToArray(), "QOI"),
        ([0x76, 0x2f, 0x31, 0x01], "OpenEXR"),
        ("#?RADIANCE"u8.ToArray(), "Radiance HDR"),
        ("gimp xcf"u8.ToArray(), "GIMP (XCF)"),
        ([0xd7, 0xcd, 0xc6, 0x9a], "Windows metafile (WMF)"),
        ("SIMPLE  ="u8.ToArray(), "FITS"),
        ("FUJIFILMCCD-RAW"u8.ToArray(), "camera raw (RAF)"),
        ("IIRO"u8.ToArray(), "camera raw (ORF)"),
        ("IIRS"u8.ToArray(), "camera raw (ORF)"),
        ("MMOR"u8.ToArray(), "camera raw (ORF)"),
        ("IIU\0"u8.ToArray(), "camera raw (RW2)"),
        ("FOVb"u8.ToArray(), "camera raw (X3F)"),
    ];

    /// <summary>The format of bytes that start like one that is read, or null.</summary>
    /// <remarks>
    /// Short of the whole signature where two or four bytes are telling: then a damaged file is called corrupt.
    /// </remarks>
    public static string? Readable(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xff, 0xd8, ..] => ImageFormat.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => ImageFormat.Png,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => ImageFormat.Gif,
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => ImageFormat.Tiff,
        _ when bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) => ImageFormat.Webp,
        _ when HasBrand(bytes, "avif"u8) || HasBrand(bytes, "avis"u8) => ImageFormat.Avif,
        _ => null,
    };

    /// <summary>The name of a picture format that is known but not read, or null.</summary>
    public static string? UnreadableName(ReadOnlySpan<byte> bytes)
    {
        foreach (var (start, name) in Unreadable)
        {
            if (bytes.StartsWith(start))
            {
                return name;
            }
        }
        return Container(bytes) ?? Raster(bytes)
            ?? (LooksLikeSvg(bytes) ? "SVG" : LooksLikeTga(bytes) ? "Targa (TGA)" : null);
    }

    static string? Container(ReadOnlySpan<byte> bytes) => true switch
    {
        _ when HasBrand(bytes, "crx "u8) => "camera raw (CR3)",
        _ when HasBrand(bytes, "heic"u8) || HasBrand(bytes, "heix"u8) || HasBrand(bytes, "hevc"u8)
            || HasBrand(bytes, "heim"u8)
            || HasBrand(bytes, "heis"u8) || HasBrand(bytes, "mif1"u8) || HasBrand(bytes, "msf1"u8) => "HEIC",
        _ when TiffDirectory.IsCameraRaw(bytes) => "camera raw",
        _ => null,
    };

    static string? Raster(ReadOnlySpan<byte> bytes) => bytes switch
    {
        // The size of the second header tells a bitmap from text that starts with BM.
        [(byte)'B', (byte)'M', _, _, _, _, _, _, _, _, _, _, _, _,
            12 or 16 or 40 or 52 or 56 or 64 or 108 or 124, 0, 0, 0, ..] => "BMP",
        [(byte)'B', (byte)'A', 40, 0, 0, 0, ..] or [(byte)'C', (byte)'I', 26, 0, 0, 0, ..] => "OS/2 icon",
        [0, 0, 1, 0, >= 1, 0, ..] => "Windows icon (ICO)",
        [0, 0, 2, 0, >= 1, 0, ..] => "Windows cursor (CUR)",
        [(byte)'P', >= (byte)'1' and <= (byte)'7', (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t', ..] =>
            "Netpbm (PPM)",
        [(byte)'P', (byte)'F' or (byte)'f', (byte)'\n' or (byte)'\r' or (byte)' ', ..] => "Netpbm (PFM)",
        [0x0a, 0 or 2 or 3 or 4 or 5, 1, 1 or 2 or 4 or 8, ..] => "PCX",
        [_, _, _, _, 0x11 or 0x12, 0xaf, ..] => "Autodesk animation (FLI)",
        _ => null,
    };

    /// <summary>Whether an ISO media file names a brand as its own or among those it is compatible with.</summary>
    static bool HasBrand(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> brand)
    {
        if (bytes.Length < 16 || !bytes[4..].StartsWith("ftyp"u8))
        {
            return false;
        }
        var end = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(bytes), (uint)Math.Min(bytes.Length, 256));
        for (var at = 8; at + 4 <= end; at += at == 8 ? 8 : 4)
        {
            if (bytes[at..].StartsWith(brand))
            {
                return true;
            }
        }
        return false;
    }

    static bool LooksLikeSvg(ReadOnlySpan<byte> bytes)
    {
        var start = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 1024)])
            .TrimStart('\ufeff', ' ', '\t', '\r', '\n');
        return start.StartsWith('<') && start.Contains("<svg", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Targa has no magic number: version 2 signs at the end, older ones are told by a consistent header.
    /// </summary>
    static bool LooksLikeTga(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= 44 && bytes[^18..^2].SequenceEqual("TRUEVISION-XFILE"u8))
        {
            return true;
        }
        return bytes.Length >= 18
            && (bytes[1], bytes[2]) is (1, 1 or 9) or (0, 2 or 3 or 10 or 11)
            && bytes[16] is 8 or 15 or 16 or 24 or 32
            && bytes[1] == (bytes[5] | bytes[6] | bytes[7]) switch { 0 => 0, _ => 1 }
            && (bytes[17] & 0xc0) == 0;
    }
}
