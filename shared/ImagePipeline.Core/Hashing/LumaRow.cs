using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImagePipeline.Core.Hashing;

/// <summary>
/// Makes the two brightnesses that the hashes are defined on, in one pass over the pixels: the 8-bit grey of Pillow's
/// <c>convert("L")</c> (Pillow, Convert.c: (19595 R + 38470 G + 7471 B + 32768) / 65536, rounded down) and PDQ's
/// single-precision luma (ThreatExchange, pdqhashing.cpp: 0.299 R + 0.587 G + 0.114 B, in this order).
/// </summary>
static class LumaRow
{
    const float GreyRed = 19595, GreyGreen = 38470, GreyBlue = 7471, GreyHalf = 32768, GreyScale = 1f / 65536;
    const float LumaRed = 0.299f, LumaGreen = 0.587f, LumaBlue = 0.114f;

    /// <summary>Splits one row of pixels.</summary>
    /// <param name="rgb">Interleaved 8-bit sRGB, 3 x width.</param>
    /// <param name="grey">Receives width grey levels, 0 to 255; its length is the width.</param>
    /// <param name="luma">Receives width lumas, 0 to 255; may be longer than the width, the rest is zeroed.</param>
    /// <remarks>The grey sums stay below 2^24, so single precision holds them exactly and one set of converted
    /// pixels serves both.</remarks>
    public static void Split(ReadOnlySpan<byte> rgb, Span<short> grey, Span<float> luma)
    {
        const int Pixels = 8, BytesRead = 28;
        var x = 0;
        ref var source = ref MemoryMarshal.GetReference(rgb);
        for (; x + Pixels <= grey.Length && (3 * x) + BytesRead <= rgb.Length; x += Pixels)
        {
            var pixels = Vector256.Create(
                Vector128.LoadUnsafe(ref source, (nuint)(3 * x)),
                Vector128.LoadUnsafe(ref source, (nuint)((3 * x) + 12)));
            var red = Channel(pixels, Vector128.Create(0xFFFFFF00u, 0xFFFFFF03, 0xFFFFFF06, 0xFFFFFF09));
            var green = Channel(pixels, Vector128.Create(0xFFFFFF01u, 0xFFFFFF04, 0xFFFFFF07, 0xFFFFFF0A));
            var blue = Channel(pixels, Vector128.Create(0xFFFFFF02u, 0xFFFFFF05, 0xFFFFFF08, 0xFFFFFF0B));
            var mixed = (Vector256.Create(LumaRed) * red) + (Vector256.Create(LumaGreen) * green)
                + (Vector256.Create(LumaBlue) * blue);
            var level = (Vector256.Create(GreyRed) * red) + (Vector256.Create(GreyGreen) * green)
                + (Vector256.Create(GreyBlue) * blue) + Vector256.Create(GreyHalf);
            var levels = Vector256.ConvertToInt32Native(level * Vector256.Create(GreyScale));
            mixed.CopyTo(luma[x..]);
            Vector128.Narrow(levels.GetLower(), levels.GetUpper()).CopyTo(grey[x..]);
        }

        for (; x < grey.Length; x++)
        {
            float red = rgb[3 * x], green = rgb[(3 * x) + 1], blue = rgb[(3 * x) + 2];
            luma[x] = (LumaRed * red) + (LumaGreen * green) + (LumaBlue * blue);
            grey[x] = (short)(((GreyRed * red) + (GreyGreen * green) + (GreyBlue * blue) + GreyHalf) * GreyScale);
        }

        luma[grey.Length..].Clear();
    }

    /// <summary>One channel of eight pixels, four in the first 12 bytes of each half. An index byte of 255 yields
    /// zero, so each index widens its byte as well.</summary>
    static Vector256<float> Channel(Vector256<byte> pixels, Vector128<uint> indices)
    {
        var widened = Avx2.IsSupported
            ? Avx2.Shuffle(pixels, Vector256.Create(indices, indices).AsByte())
            : Vector256.Create(
                Vector128.Shuffle(pixels.GetLower(), indices.AsByte()),
                Vector128.Shuffle(pixels.GetUpper(), indices.AsByte()));
        return Vector256.ConvertToSingle(widened.AsInt32());
    }
}
