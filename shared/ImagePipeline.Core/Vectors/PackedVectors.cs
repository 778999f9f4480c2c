using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ImagePipeline.Core.Vectors;

/// <summary>Vectors transposed in panels, as <see cref="DotTiles"/> reads them.</summary>
/// <remarks>
/// A panel holds <see cref="DotTiles.Columns"/> vectors, dimension after dimension: number c of dimension d is at d x 48 + c. The last
/// panel is filled up with zeros. Each vector has an offset that is added to every product with it; those filled up have the lowest float, so
/// that they are never the largest. Memory: the vectors again, rounded up to 48, and 4 bytes each.
/// </remarks>
sealed class PackedVectors
{
    const int Alignment = 64; // a cache line: loads of 64 bytes would otherwise touch two

    readonly float[] _memory;
    readonly int _start;

    /// <summary>Packs vectors.</summary>
    /// <param name="vectors">Which.</param>
    /// <param name="offsets">Added to the products, one a vector; empty for none.</param>
    public PackedVectors(VectorMatrix vectors, ReadOnlySpan<float> offsets)
    {
        Count = vectors.Rows;
        Dimensions = vectors.Dimensions;
        Panels = (Count + DotTiles.Columns - 1) / DotTiles.Columns;
        // Pinned for the address to stay aligned.
        _memory = GC.AllocateUninitializedArray<float>(
            checked(Panels * DotTiles.Columns * (Dimensions + 1) + Alignment / sizeof(float)), pinned: true);
        _start = (int)(-Address(_memory) & (Alignment - 1)) / sizeof(float);
        Load(vectors, offsets);
    }

    /// <summary>How many vectors.</summary>
    public int Count { get; }

    /// <summary>Numbers of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>How many panels.</summary>
    public int Panels { get; }

    /// <summary>Where a panel starts; the memory is pinned.</summary>
    public unsafe float* Panel(int panel) =>
        (float*)Address(_memory) + _start + (nint)panel * DotTiles.Columns * Dimensions;

    /// <summary>Where the offsets of a panel start.</summary>
    public unsafe float* Offsets(int panel) => Panel(Panels) + panel * DotTiles.Columns;

    /// <summary>Replaces all vectors by as many others.</summary>
    public void Load(VectorMatrix vectors, ReadOnlySpan<float> offsets)
    {
        var packed = _memory.AsSpan(_start, Panels * DotTiles.Columns * Dimensions);
        var values = vectors.Memory.Span;
        for (var panel = 0; panel < Panels; panel++)
        {
            var target = packed.Slice(panel * DotTiles.Columns * Dimensions, DotTiles.Columns * Dimensions);
            var first = panel * DotTiles.Columns;
            var count = Math.Min(DotTiles.Columns, Count - first);
            if (count < DotTiles.Columns)
            {
                target.Clear();
            }

            for (var c = 0; c < count; c++)
            {
                var source = values.Slice((first + c) * Dimensions, Dimensions);
                for (int d = 0, at = c; d < source.Length; d++, at += DotTiles.Columns)
                {
                    target[at] = source[d];
                }
            }
        }

        var added = _memory.AsSpan(_start + packed.Length, Panels * DotTiles.Columns);
        added[Count..].Fill(float.MinValue);
        if (offsets.IsEmpty)
        {
            added[..Count].Clear();
        }
        else
        {
            offsets.CopyTo(added[..Count]);
        }
    }

    static unsafe nint Address(float[] pinned) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
}
