namespace ImagePipeline.Inference;

/// <summary>Names of a graph's inputs and outputs.</summary>
/// <param name="Inputs">What a run must be given.</param>
/// <param name="Outputs">What it gives.</param>
public sealed record GraphNames(IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs)
{
    /// <summary>Reads them from an .onnx file.</summary>
    /// <exception cref="ModelException">The file is no model.</exception>
    public static GraphNames Read(string onnx)
    {
        using var session = Sessions.OnCpu(onnx, new ModelOptions());
        return new GraphNames([.. session.InputMetadata.Keys], [.. session.OutputMetadata.Keys]);
    }
}
