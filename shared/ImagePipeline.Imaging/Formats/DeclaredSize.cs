using System.Buffers.Binary;

namespace ImagePipeline.Imaging.Formats;

/// <summary>The size that a header declares, for files whose header the decoder refuses.</summary>
static class DeclaredSize
{
    /// <summary>Whether width or height is declared to be zero. False where the header is too broken to tell.</summary>
    public static bool IsZero(ReadOnlySpan<byte> bytes, string format) => format switch
    {
        ImageFormat.Png => bytes.Length >= 24 && bytes[12..].StartsWith("IHDR"u8)
            && (BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]) == 0
                || BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]) == 0),
        ImageFormat.Gif => bytes.Length >= 10
            && (BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]) == 0
                || BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) == 0),
        ImageFormat.Jpeg => JpegIsZero(bytes),
        _ => false,
    };

    /// <summary>
    /// Walks the segments to the frame header (SOF0 to SOF15 without the three other uses of that range).
    /// </summary>
    static bool JpegIsZero(ReadOnlySpan<byte> bytes)
    {
        for (var at = 2; at + 9 <= bytes.Length && bytes[at] == 0xff;)
        {
            var marker = bytes[at + 1];
            if (marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc))
            {
                return BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 5)..]) == 0
                    || BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 7)..]) == 0;
            }
            at += marker == 0xff ? 1 : 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
        }
        return false;
    }
}
