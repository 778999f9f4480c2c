using System.Buffers.Binary;

namespace ImagePipeline.Imaging.Formats;

/// <summary>
/// Tells a file that was cut short from one that is whole but broken, by whether its format's own end is there.
/// </summary>
/// <remarks>Asked only after decoding has failed, so that a missing end alone never rejects a picture.</remarks>
static class FileEnd
{
    /// <summary>Whether the bytes stop before the structure they announce.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="format">A name of <see cref="ImageFormat"/>.</param>
    public static bool IsMissing(ReadOnlySpan<byte> bytes, string format) => format switch
    {
        ImageFormat.Jpeg => JpegIsCut(bytes),
        ImageFormat.Png => PngIsCut(bytes),
        ImageFormat.Gif => bytes.TrimEnd((byte)0) is not [.., 0x3b],
        ImageFormat.Webp => bytes.Length < 12
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) + 8L > bytes.Length,
        ImageFormat.Avif => BoxesAreCut(bytes),
        ImageFormat.Tiff => TiffDirectory.IsCut(bytes),
        _ => false,
    };

    /// <summary>Walks the segments to the first scan; behind it there must be an end-of-image marker.</summary>
    static bool JpegIsCut(ReadOnlySpan<byte> bytes)
    {
        var at = 2;
        while (at + 4 <= bytes.Length && bytes[at] == 0xff)
        {
            var marker = bytes[at + 1];
            if (marker is 0xff)
            {
                at++;
                continue;
            }
            if (marker is 0xda)
            {
                return bytes[at..].LastIndexOf([(byte)0xff, (byte)0xd9]) < 0;
            }
            if (marker is 0xd9)
            {
                return false;
            }
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
        }
        return at + 4 > bytes.Length;
    }

    /// <summary>Walks the chunks to the last one.</summary>
    static bool PngIsCut(ReadOnlySpan<byte> bytes)
    {
        for (long at = 8; at + 12 <= bytes.Length;)
        {
            var chunk = bytes[(int)at..];
            if (chunk[4..].StartsWith("IEND"u8))
            {
                return false;
            }
            at += 12L + BinaryPrimitives.ReadUInt32BigEndian(chunk);
        }
        return true;
    }

    /// <summary>Walks the top-level boxes; none may reach behind the end of the file.</summary>
    static bool BoxesAreCut(ReadOnlySpan<byte> bytes)
    {
        long at = 0;
        while (at + 8 <= bytes.Length)
        {
            var box = bytes[(int)at..];
            long length = BinaryPrimitives.ReadUInt32BigEndian(box);
            // Zero means "to the end of the file", one a 64-bit length.
            if (length == 0)
            {
                return false;
            }
            if (length == 1)
            {
                length = box.Length < 16 ? long.MaxValue / 2
                    : (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(box[8..]), long.MaxValue / 2);
            }
            at += Math.Max(length, 8);
        }
        return at > bytes.Length;
    }
}
