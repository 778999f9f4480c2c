using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ImagePipeline.Inference;

/// <summary>Turns decoded pixels into a model's input: value = (byte x scale - mean) / std.</summary>
/// <remarks>
/// Computed as byte x (scale / std) + (-mean / std), one multiply and one add per value; it differs from the defining
/// formula by at most a few units in the last place of the larger term. Sixteen pixels a step, through the
/// portable 128-bit vectors, which every supported processor has.
/// </remarks>
public static class Preprocessing
{
    // For plane c, which bytes of each third of 16 interleaved pixels (48 bytes) belong to it; 255 picks nothing.
    static readonly Vector128<byte>[] Picks = [.. Enumerable.Range(0, 9).Select(Pick)];

    /// <summary>Fills one picture's part of an input tensor.</summary>
    /// <param name="rgb">Interleaved RGB, row-major, height x width x 3 bytes, at exactly the model's size.</param>
    /// <param name="tensor">Receives <see cref="ModelManifest.TensorLength"/> numbers in the manifest's layout and
    /// channel order.</param>
    /// <param name="manifest">Size, layout, channel order and normalisation.</param>
    /// <exception cref="ArgumentException">Either span has the wrong length.</exception>
    public static void ToTensor(ReadOnlySpan<byte> rgb, Span<float> tensor, ModelManifest manifest)
    {
        if (rgb.Length != manifest.TensorLength)
        {
            throw new ArgumentException($"Expected {manifest.TensorLength} bytes of RGB ({manifest.Input.WidthPx} x "
                + $"{manifest.Input.HeightPx} x 3), got {rgb.Length}.", nameof(rgb));
        }
        if (tensor.Length != manifest.TensorLength)
        {
            throw new ArgumentException($"Expected room for {manifest.TensorLength} numbers, got {tensor.Length}.",
                nameof(tensor));
        }
        var pixels = rgb.Length / 3;
        for (var channel = 0; channel < 3; channel++)
        {
            var factor = manifest.Normalise.Scale / manifest.Normalise.Std[channel];
            var offset = -manifest.Normalise.Mean[channel] / manifest.Normalise.Std[channel];
            var from = manifest.Input.Channels == ChannelOrder.Rgb ? channel : 2 - channel;
            if (manifest.Input.Layout == TensorLayout.Nchw)
            {
                Plane(rgb, from, tensor.Slice(channel * pixels, pixels), factor, offset);
            }
            else
            {
                for (var i = 0; i < pixels; i++)
                {
                    tensor[3 * i + channel] = rgb[3 * i + from] * factor + offset;
                }
            }
        }
    }

    /// <summary>Extracts every third byte, from <paramref name="channel"/> on, as factor x byte + offset.</summary>
    static void Plane(ReadOnlySpan<byte> rgb, int channel, Span<float> plane, float factor, float offset)
    {
        var done = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            ref var source = ref MemoryMarshal.GetReference(rgb);
            var (a, b, c) = (Picks[3 * channel], Picks[3 * channel + 1], Picks[3 * channel + 2]);
            var factors = Vector128.Create(factor);
            var offsets = Vector128.Create(offset);
            for (; done <= plane.Length - 16; done += 16)
            {
                ref var at = ref Unsafe.Add(ref source, 3 * done);
                var bytes = Vector128.Shuffle(Vector128.LoadUnsafe(ref at), a)
                    | Vector128.Shuffle(Vector128.LoadUnsafe(ref at, 16), b)
                    | Vector128.Shuffle(Vector128.LoadUnsafe(ref at, 32), c);
                var (low, high) = Vector128.Widen(bytes);
                Store(low, plane[done..], factors, offsets);
                Store(high, plane[(done + 8)..], factors, offsets);
            }
        }
        for (; done < plane.Length; done++)
        {
            plane[done] = rgb[3 * done + channel] * factor + offset;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(Vector128<ushort> values, Span<float> to, Vector128<float> factors, Vector128<float> offsets)
    {
        var (low, high) = Vector128.Widen(values);
        (Vector128.ConvertToSingle(low.AsInt32()) * factors + offsets).CopyTo(to);
        (Vector128.ConvertToSingle(high.AsInt32()) * factors + offsets).CopyTo(to[4..]);
    }

    /// <summary>
    /// Selector number 3 x channel + third: lane i takes byte 3i + channel if that lies in this third.
    /// </summary>
    static Vector128<byte> Pick(int index)
    {
        var (channel, third) = (index / 3, index % 3);
        Span<byte> lanes = stackalloc byte[16];
        for (var i = 0; i < 16; i++)
        {
            var at = 3 * i + channel - 16 * third;
            lanes[i] = at is >= 0 and < 16 ? (byte)at : (byte)255;
        }
        return Vector128.Create<byte>(lanes);
    }
}
