using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ImagePipeline.Inference;

/// <summary>Holds a manifest against what the graph declares of its inputs and outputs.</summary>
static class GraphSignature
{
    /// <summary>Checks names, types, ranks and sizes; returns the batch size that the graph fixes, or null.</summary>
    /// <exception cref="ModelException">They disagree.</exception>
    public static int? Check(string manifestPath, ModelManifest manifest, InferenceSession session)
    {
        var input = manifest.Input;
        var shape = Float("input.name", input.Name, session.InputMetadata, "inputs");
        foreach (var other in session.InputMetadata.Keys.Where(name => name != input.Name))
        {
            throw Fault("input.name", $"the graph also needs the input \"{other}\"",
                "Only models of one input can be used.");
        }
        string[] axes = input.Layout == TensorLayout.Nchw
            ? ["pictures", "channels", "height_px", "width_px"] : ["pictures", "height_px", "width_px", "channels"];
        int[] wanted = [.. axes.Select(axis =>
            axis switch { "height_px" => input.HeightPx, "width_px" => input.WidthPx, _ => 3 })];
        if (shape.Length != 4)
        {
            throw Fault("input.layout", $"the graph's input has shape {Show(shape)}", "It must have four axes.");
        }
        // The channel axis first: a swapped layout shows there, and reads as a wrong size elsewhere.
        foreach (var axis in input.Layout == TensorLayout.Nchw ? new[] { 1, 2, 3 } : [3, 1, 2])
        {
            if (shape[axis] > 0 && shape[axis] != wanted[axis])
            {
                throw Fault(axes[axis] == "channels" ? "input.layout" : $"input.{axes[axis]}",
                    $"the manifest makes it [pictures, {string.Join(", ", wanted[1..])}], the graph {Show(shape)}",
                    "Correct the layout or the size in the manifest.");
            }
        }
        var result = Float("output.name", manifest.Output.Name, session.OutputMetadata, "outputs");
        if (result.Length != 2)
        {
            throw Fault("output.name", $"the graph's output has shape {Show(result)}",
                "It must be [pictures, dimensions]: choose the pooled output, or flatten it in the graph.");
        }
        if (result[1] > 0 && result[1] != manifest.Output.Dimensions)
        {
            throw Fault("output.dimensions", $"the manifest says {manifest.Output.Dimensions}, the graph {result[1]}",
                "Correct the manifest.");
        }
        return shape[0] > 0 ? shape[0] : null;

        int[] Float(string field, string name, IReadOnlyDictionary<string, NodeMetadata> nodes, string side)
        {
            if (!nodes.TryGetValue(name, out var node))
            {
                throw Fault(field, $"the graph has no \"{name}\"", $"Its {side} are: {string.Join(", ", nodes.Keys)}.");
            }
            return node.IsTensor && node.ElementDataType == TensorElementType.Float
                ? node.Dimensions
                : throw Fault(field, $"\"{name}\" is not a float32 tensor",
                    "Convert the model's interface to float32.");
        }

        ModelException Fault(string field, string found, string advice) => new(manifestPath, field, found, advice);
    }

    static string Show(int[] shape) => $"[{string.Join(", ", shape.Select(n => n > 0 ? $"{n}" : "any"))}]";
}
