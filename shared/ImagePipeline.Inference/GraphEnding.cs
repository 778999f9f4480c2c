using System.Text;

namespace ImagePipeline.Inference;

/// <summary>How the embedding is taken out of a tensor inside the graph.</summary>
public enum EndingKind
{
    /// <summary>[pictures, n, 1, 1], a pooled feature map: flattened.</summary>
    Flatten,

    /// <summary>[pictures, tokens, n]: the first token, which stands for the whole picture in a vision transformer.</summary>
    FirstToken,
}

/// <summary>
/// Gives a graph an output of its own: many published models end in class scores or in one vector per patch, while the embedding is a
/// tensor before that.
/// </summary>
/// <remarks>
/// What is appended to the file is a partial <c>ModelProto</c>. Protocol buffers merge a message that follows another of its type:
/// nodes and outputs are appended, nothing else changes ("Last One Wins" and merging, protobuf.dev/programming-guides/encoding).
/// Field numbers are those of onnx.proto3 (github.com/onnx/onnx). The added nodes exist since opset 1.
/// </remarks>
/// <param name="From">Name of the tensor inside the graph, float32.</param>
/// <param name="Take">What is taken of it.</param>
public sealed record GraphEnding(string From, EndingKind Take)
{
    /// <summary>Name of the output that is added.</summary>
    public const string Output = "imagepipeline_embedding";

    const string Index = "imagepipeline_first";

    /// <summary>The bytes to append to an .onnx file.</summary>
    /// <param name="dimensions">Length of one embedding, 1 or more.</param>
    public byte[] ToBytes(int dimensions)
    {
        var nodes = Take == EndingKind.Flatten
            ? Node("Flatten", [From], Output, Integer("axis", 1))
            : Join(
                Node("Constant", [], Index, Join(Text(1, "value"), Message(5, FirstPosition()), Number(20, AttributeTensor))),
                Node("Gather", [From, Index], Output, Integer("axis", 1)));
        var shape = Join(Message(1, Text(2, "pictures")), Message(1, Number(1, dimensions)));
        var type = Message(1, Join(Number(1, Float32), Message(2, shape)));
        var output = Message(12, Join(Text(1, Output), Message(2, type)));
        return Message(7, Join(nodes, output));
    }

    const int Float32 = 1;
    const int Int64 = 7;
    const int AttributeInteger = 2;
    const int AttributeTensor = 4;

    /// <summary>A TensorProto without axes that holds 0.</summary>
    static byte[] FirstPosition() => Join(Number(2, Int64), Message(7, Varint(0)));

    static byte[] Node(string type, string[] inputs, string output, byte[] attribute) => Message(1, Join(
        [.. inputs.Select(input => Text(1, input)), Text(2, output), Text(4, type), Message(5, attribute)]));

    static byte[] Integer(string name, int value) => Join(Text(1, name), Number(3, value), Number(20, AttributeInteger));

    static byte[] Number(int field, int value) => Join(Varint(field << 3), Varint(value));

    static byte[] Text(int field, string value) => Message(field, Encoding.UTF8.GetBytes(value));

    static byte[] Message(int field, byte[] value) => Join(Varint((field << 3) | 2), Varint(value.Length), value);

    static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    static byte[] Varint(int value)
    {
        var bytes = new List<byte>();
        for (var rest = (uint)value; ; rest >>= 7)
        {
            bytes.Add((byte)(rest < 128 ? rest : rest | 128));
            if (rest < 128)
            {
                return [.. bytes];
            }
        }
    }
}
