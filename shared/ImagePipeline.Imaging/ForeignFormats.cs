namespace ImagePipeline.Imaging;

/// <summary>Names formats that are pictures (or nearly) but not read here, by their first bytes, so that the answer says what to do.</summary>
static class ForeignFormats
{
    /// <summary>Offset, signature and name. Signatures are from the formats' specifications.</summary>
    static readonly (int Offset, byte[] Signature, string Name)[] Known =
    [
        (0, "BM"u8.ToArray(), "BMP"),
        (0, "8BPS"u8.ToArray(), "Photoshop PSD"),
        (0, [0, 0, 0, 0x0c, (byte)'j', (byte)'P', (byte)' ', (byte)' '], "JPEG 2000"),
        (0, [0xff, 0x4f, 0xff, 0x51], "JPEG 2000 codestream"),
        (0, [0xff, 0x0a], "JPEG XL"),
        (0, [0, 0, 0, 0x0c, (byte)'J', (byte)'X', (byte)'L', (byte)' '], "JPEG XL"),
        (0, [0, 0, 1, 0], "ICO"),
        (0, [0, 0, 2, 0], "CUR"),
        (0, [0x0a, 0x05, 0x01], "PCX"),
        (0, "DDS "u8.ToArray(), "DDS"),
        (0, "%PDF"u8.ToArray(), "PDF"),
        (0, "%!PS"u8.ToArray(), "PostScript"),
        (0, [0xc5, 0xd0, 0xd3, 0xc6], "EPS with preview"),
        (0, [0x76, 0x2f, 0x31, 0x01], "OpenEXR"),
        (0, "#?RADIANCE"u8.ToArray(), "Radiance HDR"),
        (0, "farbfeld"u8.ToArray(), "farbfeld"),
        (0, "qoif"u8.ToArray(), "QOI"),
        (0, "FUJIFILMCCD-RAW"u8.ToArray(), "Fujifilm RAF"),
        (0, "FOVb"u8.ToArray(), "Sigma X3F"),
        (0, "IIRO"u8.ToArray(), "Olympus ORF"),
        (0, [(byte)'I', (byte)'I', 0x55, 0], "Panasonic RW2"),
        (0, [0xd7, 0xcd, 0xc6, 0x9a], "WMF"),
        (0, [0x59, 0xa6, 0x6a, 0x95], "Sun raster"),
        (0, [0x01, 0xda], "SGI"),
        (0, "gimp xcf"u8.ToArray(), "GIMP XCF"),
        (0, "SIMPLE  ="u8.ToArray(), "FITS"),
        (0, "BLP2"u8.ToArray(), "BLP"),
        (0, "icns"u8.ToArray(), "ICNS"),
        (0, [0x8a, (byte)'M', (byte)'N', (byte)'G'], "MNG"),
        (4, "ftypqt"u8.ToArray(), "QuickTime film"),
        (4, "ftypisom"u8.ToArray(), "MP4 film"),
        (4, "ftypmp4"u8.ToArray(), "MP4 film"),
        (4, "ftypcrx"u8.ToArray(), "Canon CR3"),
        (4, "ftyp"u8.ToArray(), "HEIC or another kind of HEIF"),
    ];

    /// <summary>Formats that this build reads: bytes that begin so and still find no loader are broken.</summary>
    static readonly (int Offset, byte[] Signature, string Name)[] Own =
    [
        (0, [0xff, 0xd8, 0xff], "JPEG"),
        (0, [0x89, (byte)'P', (byte)'N', (byte)'G'], "PNG"),
        (0, "GIF8"u8.ToArray(), "GIF"),
        (0, [(byte)'I', (byte)'I', 0x2a, 0], "TIFF"),
        (0, [(byte)'M', (byte)'M', 0, 0x2a], "TIFF"),
        (8, "WEBP"u8.ToArray(), "WebP"),
        (4, "ftypavif"u8.ToArray(), "AVIF"),
    ];

    /// <summary>The rejection for bytes that no loader takes.</summary>
    public static Rejection Explain(ReadOnlySpan<byte> bytes)
    {
        if (Match(bytes, Own) is { } own)
        {
            return new Rejection(RejectionReason.Corrupt, $"begins like {own}, but nothing readable follows");
        }

        if (Match(bytes, Known) is { } foreign)
        {
            return Unsupported(foreign);
        }

        return IsPortableAnymap(bytes) ? Unsupported("portable anymap (PBM, PGM, PPM)")
            : IsSvg(bytes) ? Unsupported("SVG")
            : new Rejection(RejectionReason.NotAnImage, "the bytes are no picture format that is known here");
    }

    static Rejection Unsupported(string name) => new(
        RejectionReason.UnsupportedFormat, $"{name} is not read; convert it to JPEG, PNG, WebP, TIFF or AVIF");

    static string? Match(ReadOnlySpan<byte> bytes, (int Offset, byte[] Signature, string Name)[] table)
    {
        foreach (var (offset, signature, name) in table)
        {
            if (bytes.Length >= offset + signature.Length && bytes.Slice(offset, signature.Length).SequenceEqual(signature))
            {
                return name;
            }
        }

        return null;
    }

    static bool IsPortableAnymap(ReadOnlySpan<byte> bytes) =>
        bytes is [(byte)'P', >= (byte)'1' and <= (byte)'7', (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t', ..];

    static bool IsSvg(ReadOnlySpan<byte> bytes) => bytes[..Math.Min(bytes.Length, 1024)].IndexOf("<svg"u8) >= 0;
}
