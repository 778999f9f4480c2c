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
    public static void Split(ReadOnlySpan<byte> rgb, Span<byte> grey, Span<float> luma)
    {
        var width = grey.Length;
        var x = 0;
        ref var source = ref MemoryMarshal.GetReference(rgb);
        if (Vector128.IsHardwareAccelerated && rgb.Length >= 3 * width && luma.Length >= width)
        {
            for (; x + 16 <= width; x += 16)
            {
                var v0 = Vector128.LoadUnsafe(ref source, (nuint)(3 * x));
                var v1 = Vector128.LoadUnsafe(ref source, (nuint)((3 * x) + 16));
                var v2 = Vector128.LoadUnsafe(ref source, (nuint)((3 * x) + 32));
                var (red, green, blue) = Deinterleave(v0, v1, v2);
                var low = Mix(Vector128.WidenLower(red), Vector128.WidenLower(green), Vector128.WidenLower(blue), luma[x..]);
                var high = Mix(Vector128.WidenUpper(red), Vector128.WidenUpper(green), Vector128.WidenUpper(blue), luma[(x + 8)..]);
                Vector128.Narrow(Narrow(low), Narrow(high)).CopyTo(grey[x..]);
            }
        }

        for (; x < width; x++)
        {
            float red = rgb[3 * x], green = rgb[(3 * x) + 1], blue = rgb[(3 * x) + 2];
            luma[x] = (LumaRed * red) + (LumaGreen * green) + (LumaBlue * blue);
            grey[x] = (byte)(((GreyRed * red) + (GreyGreen * green) + (GreyBlue * blue) + GreyHalf) * GreyScale);
        }

        luma[width..].Clear();
    }

    /// <summary>Writes eight lumas and returns the eight grey levels.</summary>
    static Vector256<int> Mix(Vector128<ushort> red8, Vector128<ushort> green8, Vector128<ushort> blue8, Span<float> luma)
    {
        var (red, green, blue) = (ToSingle(red8), ToSingle(green8), ToSingle(blue8));
        ((Vector256.Create(LumaRed) * red) + (Vector256.Create(LumaGreen) * green) + (Vector256.Create(LumaBlue) * blue))
            .CopyTo(luma);
        var grey = (Vector256.Create(GreyRed) * red) + (Vector256.Create(GreyGreen) * green)
            + (Vector256.Create(GreyBlue) * blue) + Vector256.Create(GreyHalf);
        return Vector256.ConvertToInt32Native(grey * Vector256.Create(GreyScale));
    }

    static Vector256<float> ToSingle(Vector128<ushort> eight) => Vector256.ConvertToSingle(Avx2.IsSupported
        ? Avx2.ConvertToVector256Int32(eight)
        : Vector256.Create(Vector128.WidenLower(eight), Vector128.WidenUpper(eight)).AsInt32());

    static Vector128<ushort> Narrow(Vector256<int> eight) =>
        Vector128.Narrow(eight.GetLower().AsUInt32(), eight.GetUpper().AsUInt32());

    /// <summary>Sixteen pixels to sixteen reds, greens and blues. An index of 255 yields zero.</summary>
    static (Vector128<byte> Red, Vector128<byte> Green, Vector128<byte> Blue) Deinterleave(
        Vector128<byte> v0, Vector128<byte> v1, Vector128<byte> v2)
    {
        const byte No = 255;
        var red = Pick(v0, Vector128.Create(0, 3, 6, 9, 12, 15, No, No, No, No, No, No, No, No, No, No))
            | Pick(v1, Vector128.Create(No, No, No, No, No, No, 2, 5, 8, 11, 14, No, No, No, No, No))
            | Pick(v2, Vector128.Create(No, No, No, No, No, No, No, No, No, No, No, 1, 4, 7, 10, 13));
        var green = Pick(v0, Vector128.Create(1, 4, 7, 10, 13, No, No, No, No, No, No, No, No, No, No, No))
            | Pick(v1, Vector128.Create(No, No, No, No, No, 0, 3, 6, 9, 12, 15, No, No, No, No, No))
            | Pick(v2, Vector128.Create(No, No, No, No, No, No, No, No, No, No, No, 2, 5, 8, 11, 14));
        var blue = Pick(v0, Vector128.Create(2, 5, 8, 11, 14, No, No, No, No, No, No, No, No, No, No, No))
            | Pick(v1, Vector128.Create(No, No, No, No, No, 1, 4, 7, 10, 13, No, No, No, No, No, No))
            | Pick(v2, Vector128.Create(No, No, No, No, No, No, No, No, No, No, 0, 3, 6, 9, 12, 15));
        return (red, green, blue);
    }

    static Vector128<byte> Pick(Vector128<byte> from, Vector128<byte> indices) => Vector128.Shuffle(from, indices);
}
