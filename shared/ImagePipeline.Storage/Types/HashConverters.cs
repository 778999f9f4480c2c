using ImagePipeline.Core.Hashing;
using Npgsql.Internal;

namespace ImagePipeline.Storage.Types;

/// <summary>Reads and writes <see cref="Hash64"/> as <c>bit(64)</c>, most significant bit first.</summary>
/// <remarks>Wire form: int32 number of bits, then the bits (PostgreSQL, src/backend/utils/adt/varbit.c bit_send).</remarks>
sealed class Hash64Converter : PgBufferedConverter<Hash64>
{
    const int Bits = 64;

    public override bool CanConvert(DataFormat format, out BufferRequirements bufferRequirements)
    {
        bufferRequirements = BufferRequirements.CreateFixedSize(sizeof(int) + Bits / 8);
        return format is DataFormat.Binary;
    }

    protected override Hash64 ReadCore(PgReader reader) =>
        reader.ReadInt32() == Bits ? new Hash64(reader.ReadUInt64()) : throw new InvalidCastException("Not bit(64).");

    protected override void WriteCore(PgWriter writer, Hash64 value)
    {
        writer.WriteInt32(Bits);
        writer.WriteUInt64(value.Bits);
    }
}

/// <summary>Reads and writes <see cref="Hash256"/> as <c>bit(256)</c>, most significant bit first.</summary>
sealed class Hash256Converter : PgBufferedConverter<Hash256>
{
    const int Bits = 256;

    public override bool CanConvert(DataFormat format, out BufferRequirements bufferRequirements)
    {
        bufferRequirements = BufferRequirements.CreateFixedSize(sizeof(int) + Bits / 8);
        return format is DataFormat.Binary;
    }

    protected override Hash256 ReadCore(PgReader reader) =>
        reader.ReadInt32() == Bits
            ? new Hash256(reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64())
            : throw new InvalidCastException("Not bit(256).");

    protected override void WriteCore(PgWriter writer, Hash256 value)
    {
        writer.WriteInt32(Bits);
        writer.WriteUInt64(value.W0);
        writer.WriteUInt64(value.W1);
        writer.WriteUInt64(value.W2);
        writer.WriteUInt64(value.W3);
    }
}
