using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace ImagePipeline.Core.Hashing;

/// <summary>
/// A 64-bit image hash. Bit 63 is the first cell of the 8 x 8 grid in row-major order, so the text, the big-endian
/// bytes and PostgreSQL's <c>bit(64)</c> all read from the top left cell to the bottom right one.
/// </summary>
/// <param name="Bits">The bits; the first cell is the most significant.</param>
public readonly record struct Hash64(ulong Bits)
{
    /// <summary>Length of the big-endian form.</summary>
    public const int ByteCount = 8;

    /// <summary>Number of differing bits, 0 (same) to 64 (complement).</summary>
    public int DistanceTo(Hash64 other) => BitOperations.PopCount(Bits ^ other.Bits);

    /// <summary>Sixteen lower-case hexadecimal digits, the text of Python's imagehash.</summary>
    public override string ToString() => Bits.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Reads sixteen hexadecimal digits of either case, and nothing else.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static Hash64 Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var hash) ? hash : throw new FormatException($"Not 16 hexadecimal digits: '{text}'.");

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse(ReadOnlySpan<char> text, out Hash64 hash)
    {
        var valid = ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits)
            && text.Length == 16;
        hash = new(valid ? bits : 0);
        return valid;
    }

    /// <summary>Reads the first <see cref="ByteCount"/> bytes, most significant first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer.</exception>
    public static Hash64 FromBytes(ReadOnlySpan<byte> bigEndian8) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bigEndian8));

    /// <summary>Writes <see cref="ByteCount"/> bytes, most significant first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The span is shorter.</exception>
    public void WriteBytes(Span<byte> bigEndian) => BinaryPrimitives.WriteUInt64BigEndian(bigEndian, Bits);
}
