using System.Numerics;
using System.Runtime.CompilerServices;

namespace ImagePipeline.Core.Collections;

/// <summary>A list in chunks of 32 to 64 KiB. Growing copies nothing and leaves nothing behind; at most one chunk is spare. A chunk is small
/// enough for the garbage collector to move, which it does not do with arrays from 85,000 bytes on.</summary>
/// <typeparam name="T">What it holds, up to 64 KiB each.</typeparam>
public sealed class ChunkedList<T>
    where T : unmanaged
{
    const int MostChunkBytes = 1 << 16;

    T[][] _chunks = [];
    int _made;

    /// <summary>Number of entries.</summary>
    public int Count { get; private set; }

    // Not fields: of a type that is known when the method is compiled these are constants.
    static int Shift => BitOperations.Log2((uint)(MostChunkBytes / Unsafe.SizeOf<T>()));

    static int ChunkLength => 1 << Shift;

    /// <summary>An entry by its position, from 0.</summary>
    /// <remarks>As fast as two arrays; that the position is below <see cref="Count"/> is the caller's business.</remarks>
    public ref T this[int index] => ref _chunks[index >> Shift][index & (ChunkLength - 1)];

    /// <summary>Appends an entry.</summary>
    public void Add(T entry)
    {
        Lengthen(Count + 1);
        this[Count - 1] = entry;
    }

    /// <summary>Appends entries of value 0 until there are <paramref name="count"/>.</summary>
    public void Lengthen(int count)
    {
        for (; _made << Shift < count; _made++)
        {
            if (_made == _chunks.Length)
            {
                Array.Resize(ref _chunks, Math.Max(4, 2 * _made));
            }

            _chunks[_made] = new T[ChunkLength];
        }

        Count = Math.Max(Count, count);
    }

    /// <summary>The entries from a position to the end of its chunk: what can be passed over at once.</summary>
    /// <param name="index">Position, 0 to below <see cref="Count"/>.</param>
    public Span<T> Run(int index) =>
        _chunks[index >> Shift].AsSpan(index & (ChunkLength - 1), Math.Min(Count, ((index >> Shift) + 1) << Shift) - index);
}
