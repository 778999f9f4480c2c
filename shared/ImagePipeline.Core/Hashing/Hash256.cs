using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace ImagePipeline.Core.Hashing;

/// <summary>
/// A 256-bit image hash, as PDQ makes it. Its text is that of the reference: 64 hexadecimal digits, most significant
/// word first; the big-endian bytes and PostgreSQL's <c>bit(256)</c> read in the same order.
/// </summary>
/// <param name="W0">Bits 255 to 192, the first sixteen digits.</param>
/// <param name="W1">Bits 191 to 128.</param>
/// <param name="W2">Bits 127 to 64.</param>
/// <param name="W3">Bits 63 to 0, the last sixteen digits.</param>
public readonly record struct Hash256(ulong W0, ulong W1, ulong W2, ulong W3)
{
    /// <summary>Length of the big-endian form.</summary>
    public const int ByteCount = 32;

    /// <summary>Number of differing bits, 0 (same) to 256 (complement).</summary>
    public int DistanceTo(Hash256 other) =>
        BitOperations.PopCount(W0 ^ other.W0) + BitOperations.PopCount(W1 ^ other.W1)
        + BitOperations.PopCount(W2 ^ other.W2) + BitOperations.PopCount(W3 ^ other.W3);

    /// <summary>Sixty-four lower-case hexadecimal digits.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{W0:x16}{W1:x16}{W2:x16}{W3:x16}");

    /// <summary>Reads sixty-four hexadecimal digits of either case, and nothing else.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static Hash256 Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var hash) ? hash : throw new FormatException($"Not 64 hexadecimal digits: '{text}'.");

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse(ReadOnlySpan<char> text, out Hash256 hash)
    {
        hash = default;
        if (text.Length != 64
            || !Hash64.TryParse(text[..16], out var w0) || !Hash64.TryParse(text[16..32], out var w1)
            || !Hash64.TryParse(text[32..48], out var w2) || !Hash64.TryParse(text[48..], out var w3))
        {
            return false;
        }

        hash = new(w0.Bits, w1.Bits, w2.Bits, w3.Bits);
        return true;
    }

    /// <summary>Reads the first <see cref="ByteCount"/> bytes, most significant first.</summary>
    /// <exception cref="ArgumentException">There are fewer.</exception>
    public static Hash256 FromBytes(ReadOnlySpan<byte> bigEndian32)
    {
        if (bigEndian32.Length < ByteCount)
        {
            throw new ArgumentException($"A hash is {ByteCount} bytes, not {bigEndian32.Length}.", nameof(bigEndian32));
        }

        return new(
            BinaryPrimitives.ReadUInt64BigEndian(bigEndian32),
            BinaryPrimitives.ReadUInt64BigEndian(bigEndian32[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bigEndian32[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(bigEndian32[24..]));
    }

    /// <summary>Writes <see cref="ByteCount"/> bytes, most significant first.</summary>
    /// <exception cref="ArgumentException">The span is shorter.</exception>
    public void WriteBytes(Span<byte> bigEndian)
    {
        if (bigEndian.Length < ByteCount)
        {
            throw new ArgumentException($"A hash takes {ByteCount} bytes, not {bigEndian.Length}.", nameof(bigEndian));
        }

        BinaryPrimitives.WriteUInt64BigEndian(bigEndian, W0);
        BinaryPrimitives.WriteUInt64BigEndian(bigEndian[8..], W1);
        BinaryPrimitives.WriteUInt64BigEndian(bigEndian[16..], W2);
        BinaryPrimitives.WriteUInt64BigEndian(bigEndian[24..], W3);
    }
}
