using System.Buffers.Binary;

namespace ImagePipeline.Imaging.Formats;

/// <summary>The first directory of a TIFF file, as far as telling camera raw and cut files needs it.</summary>
/// <remarks>Source: TIFF 6.0, sections 2 and 8; TIFF/EP and DNG 1.6 for the tags of raw files.</remarks>
static class TiffDirectory
{
    const int EntryBytes = 12;
    const ushort NewSubfileType = 254;
    const ushort SubDirectories = 330;
    const ushort DngVersion = 50706;

    /// <summary>
    /// Whether this is a camera's raw file: a TIFF whose first picture is only a preview of sub-directories, or that
    /// says so. Its preview would be a wrong answer.
    /// </summary>
    public static bool IsCameraRaw(ReadOnlySpan<byte> bytes)
    {
        // Canon's CR2 marks itself behind the TIFF header.
        if (bytes is [(byte)'I', (byte)'I', 42, 0, _, _, _, _, (byte)'C', (byte)'R', 2, ..])
        {
            return true;
        }
        if (!TryFind(bytes, out var entries, out var bigEndian))
        {
            return false;
        }
        var (reduced, nested, dng) = (false, false, false);
        for (; entries.Length >= EntryBytes; entries = entries[EntryBytes..])
        {
            var tag = Read16(entries, bigEndian);
            reduced |= tag == NewSubfileType && (Read32(entries[8..], bigEndian) & 1) == 1;
            nested |= tag == SubDirectories;
            dng |= tag == DngVersion;
        }
        return dng || (reduced && nested);
    }

    /// <summary>Whether the first directory lies, or reaches, behind the end of the file.</summary>
    public static bool IsCut(ReadOnlySpan<byte> bytes) =>
        bytes.Length < 8 || (!IsBig(bytes) && !TryFind(bytes, out _, out _));

    static bool IsBig(ReadOnlySpan<byte> bytes) => bytes is [_, _, 43, 0, ..] or [_, _, 0, 43, ..];

    static bool TryFind(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> entries, out bool bigEndian)
    {
        entries = [];
        bigEndian = bytes is [(byte)'M', ..];
        if (bytes.Length < 12 || bytes is not ([(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..]))
        {
            return false;
        }
        var at = Read32(bytes[4..], bigEndian);
        if (at > bytes.Length - 2)
        {
            return false;
        }
        var length = EntryBytes * Read16(bytes[(int)at..], bigEndian);
        var rest = bytes[((int)at + 2)..];
        entries = rest[..Math.Min(length, rest.Length)];
        return length <= rest.Length;
    }

    static ushort Read16(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    static uint Read32(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
