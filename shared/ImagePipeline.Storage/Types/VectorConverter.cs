using System.Buffers;
using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Npgsql.Internal;

namespace ImagePipeline.Storage.Types;

/// <summary>Reads and writes float[] as pgvector's <c>vector</c> (32 bit) or <c>halfvec</c> (16 bit).</summary>
/// <remarks>Wire form, all big-endian: uint16 dimensions, uint16 zero, then the elements
/// (pgvector 0.8, src/vector.c vector_send and src/halfvec.c halfvec_send).</remarks>
sealed class VectorConverter(bool half) : PgStreamingConverter<float[]>
{
    const int HeaderBytes = 4;

    public override Size GetSize(SizeContext context, float[] value, ref object? writeState) => WireBytes(value.Length);

    public override void Write(PgWriter writer, float[] value)
    {
        var wire = ArrayPool<byte>.Shared.Rent(WireBytes(value.Length));
        Encode(value, wire);
        writer.WriteBytes(wire.AsSpan(0, WireBytes(value.Length)));
        ArrayPool<byte>.Shared.Return(wire);
    }

    public override async ValueTask WriteAsync(PgWriter writer, float[] value, CancellationToken cancel = default)
    {
        var wire = ArrayPool<byte>.Shared.Rent(WireBytes(value.Length));
        Encode(value, wire);
        await writer.WriteBytesAsync(wire.AsMemory(0, WireBytes(value.Length)), cancel);
        ArrayPool<byte>.Shared.Return(wire);
    }

    public override float[] Read(PgReader reader)
    {
        var bytes = reader.CurrentRemaining;
        var wire = ArrayPool<byte>.Shared.Rent(bytes);
        reader.ReadBytes(wire.AsSpan(0, bytes));
        var value = Decode(wire.AsSpan(0, bytes));
        ArrayPool<byte>.Shared.Return(wire);
        return value;
    }

    public override async ValueTask<float[]> ReadAsync(PgReader reader, CancellationToken cancel = default)
    {
        var bytes = reader.CurrentRemaining;
        var wire = ArrayPool<byte>.Shared.Rent(bytes);
        await reader.ReadBytesAsync(wire.AsMemory(0, bytes), cancel);
        var value = Decode(wire.AsSpan(0, bytes));
        ArrayPool<byte>.Shared.Return(wire);
        return value;
    }

    int WireBytes(int dimensions) => HeaderBytes + dimensions * (half ? sizeof(ushort) : sizeof(float));

    void Encode(ReadOnlySpan<float> value, Span<byte> wire)
    {
        BinaryPrimitives.WriteUInt16BigEndian(wire, checked((ushort)value.Length));
        BinaryPrimitives.WriteUInt16BigEndian(wire[2..], 0);
        var body = wire[HeaderBytes..WireBytes(value.Length)];
        if (half)
        {
            TensorPrimitives.ConvertToHalf(value, MemoryMarshal.Cast<byte, Half>(body));
            var words = MemoryMarshal.Cast<byte, ushort>(body);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
        else
        {
            BinaryPrimitives.ReverseEndianness(
                MemoryMarshal.Cast<float, int>(value), MemoryMarshal.Cast<byte, int>(body));
        }
    }

    float[] Decode(Span<byte> wire)
    {
        var value = new float[BinaryPrimitives.ReadUInt16BigEndian(wire)];
        var body = wire[HeaderBytes..];
        if (half)
        {
            var words = MemoryMarshal.Cast<byte, ushort>(body);
            BinaryPrimitives.ReverseEndianness(words, words);
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(body), value);
        }
        else
        {
            BinaryPrimitives.ReverseEndianness(
                MemoryMarshal.Cast<byte, int>(body), MemoryMarshal.Cast<float, int>(value.AsSpan()));
        }
        return value;
    }
}
