using System.Security.Cryptography;
using System.Text;

namespace ImagePipeline.Inference.Tests;

/// <summary>
/// Writes a small ONNX model by hand, byte by byte (field numbers from onnx.proto3), and a manifest that fits it:
/// embedding = mean over the picture of each of its three channels, or their square roots.
/// </summary>
sealed class TinyModel : IDisposable
{
    public const int Edge = 4;

    public string Folder { get; } = Directory.CreateTempSubdirectory("tiny-model-").FullName;

    public string ManifestPath => Path.Combine(Folder, "tiny.json");

    public string OnnxPath => Path.Combine(Folder, "tiny.onnx");

    /// <param name="batch">The batch axis the graph declares; 0 is any.</param>
    /// <param name="root">Ends in a square root, so that negative means give NaN.</param>
    /// <param name="axes">Axes over which the mean is taken, ascending: 2 and 3, the picture, where none are given.</param>
    /// <param name="keep">Whether these axes stay, with length 1.</param>
    /// <param name="opset">Version of the operators; the format's is 3 before 9, else 8.</param>
    public TinyModel(int batch = 0, bool root = false, int[]? axes = null, bool keep = false, int opset = 13)
    {
        var onnx = Model(batch, root, axes ?? [2, 3], keep, opset);
        File.WriteAllBytes(OnnxPath, onnx);
        File.WriteAllText(ManifestPath, Manifest(Convert.ToHexStringLower(SHA256.HashData(onnx))));
    }

    /// <summary>Replaces text in the manifest; fails when it is not there exactly once.</summary>
    public void Edit(string old, string replacement)
    {
        var text = File.ReadAllText(ManifestPath);
        Assert.Equal(2, text.Split(old).Length);
        File.WriteAllText(ManifestPath, text.Replace(old, replacement, StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    static string Manifest(string sha256) => $$"""
        {
          "name": "tiny", "version": "1.0", "file": "tiny.onnx",
          "sha256": "{{sha256}}",
          "input": { "name": "x", "width_px": 4, "height_px": 4, "layout": "nchw", "channels": "rgb" },
          "resize": { "mode": "stretch", "interpolation": "lanczos3" },
          "normalise": { "scale": 1, "mean": [0, 0, 0], "std": [1, 1, 1] },
          "output": { "name": "y", "dimensions": 3, "l2_normalise": false },
          "licence": "MIT", "source": "this test"
        }
        """;

    static byte[] Model(int batch, bool root, int[] axes, bool keep, int opset)
    {
        var over = Join(Text(1, "axes"), Join([.. axes.Select(axis => Number(8, axis))]), Number(20, 7));
        var keeping = Join(Text(1, "keepdims"), Number(3, keep ? 1 : 0), Number(20, 2));
        var mean = Join(Text(1, "x"), Text(2, root ? "m" : "y"), Text(4, "ReduceMean"), Message(5, over),
            Message(5, keeping));
        var nodes = Message(1, mean);
        if (root)
        {
            nodes = Join(nodes, Message(1, Join(Text(1, "m"), Text(2, "y"), Text(4, "Sqrt"))));
        }
        var graph = Join(nodes, Text(2, "g"), Message(11, Value("x", batch, 3, Edge, Edge)),
            Message(12, Value("y", OutputShape(batch, axes, keep))));
        return Join(Number(1, opset < 9 ? 3 : 8), Message(7, graph), Message(8, Join(Text(1, ""), Number(2, opset))));
    }

    static int[] OutputShape(int batch, int[] axes, bool keep) => [.. new[] { batch, 3, Edge, Edge }
        .Select((length, axis) => axes.Contains(axis) ? 1 : length)
        .Where((_, axis) => keep || !axes.Contains(axis))];

    /// <summary>A float32 ValueInfoProto; its first axis is named when 0.</summary>
    static byte[] Value(string name, params int[] shape)
    {
        var axes = shape.Select(n => Message(1, n == 0 ? Text(2, "N") : Number(1, n))).ToArray();
        var tensor = Join(Number(1, 1), Message(2, Join(axes)));
        return Join(Text(1, name), Message(2, Message(1, tensor)));
    }

    static byte[] Number(int field, int value) => [.. Varint(field << 3), .. Varint(value)];

    static byte[] Text(int field, string value) => Message(field, Encoding.UTF8.GetBytes(value));

    static byte[] Message(int field, byte[] value) => [.. Varint((field << 3) | 2), .. Varint(value.Length), .. value];

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
