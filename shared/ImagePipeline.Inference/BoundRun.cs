using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ImagePipeline.Inference;

/// <summary>
/// Runs of one batch size over memory that is allocated once and bound to the graph: nothing is allocated by a run.
/// </summary>
/// <remarks>
/// The memory is the host's; with CUDA it is pinned, so that the device copies it by itself, at the full rate of the bus.
/// The input is bound before every run, because binding is what copies it to a device: ONNX Runtime looks at the memory
/// of an input then, and not when it runs. On the CPU binding copies nothing. The output stays bound; a run writes it
/// back. One thread at a time; any number of objects of one model run side by side, on CUDA each in a stream of its own,
/// so that one copies while another computes.
/// </remarks>
public sealed class BoundRun : IDisposable
{
    readonly EmbeddingModel _model;
    // Held, not used: what it allocated is given back to it.
    readonly OrtAllocator _memory;
    readonly OrtValue _input;
    readonly OrtValue _output;
    readonly OrtIoBinding _binding;

    internal BoundRun(EmbeddingModel model, InferenceSession session, OrtAllocator memory, int count)
    {
        Count = count;
        (_model, _memory) = (model, memory);
        _input = OrtValue.CreateAllocatedTensorValue(memory, TensorElementType.Float, model.InputShape(count));
        _output = OrtValue.CreateAllocatedTensorValue(
            memory, TensorElementType.Float, [count, model.Manifest.Output.Dimensions]);
        _input.GetTensorMutableDataAsSpan<float>().Clear();
        _binding = session.CreateIoBinding();
        _binding.BindOutput(model.Manifest.Output.Name, _output);
    }

    /// <summary>Pictures per run.</summary>
    public int Count { get; }

    /// <summary>Where a picture is prepared: one row of the input, the model's tensor length; zero at first.</summary>
    /// <param name="row">0 to <see cref="Count"/> - 1.</param>
    public Span<float> InputOf(int row) => Row(_input, row, _model.Manifest.TensorLength);

    /// <summary>What the last run gave for a row: the model's dimensions, not brought to unit length.</summary>
    /// <param name="row">0 to <see cref="Count"/> - 1.</param>
    public ReadOnlySpan<float> OutputOf(int row) => Row(_output, row, _model.Manifest.Output.Dimensions);

    /// <summary>Copies the input to the device, runs the graph once, and waits for its output.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public void Run()
    {
        // A run on a freed session would end the process, not throw.
        ObjectDisposedException.ThrowIf(_model.IsDisposed, _model);
        _binding.BindInput(_model.Manifest.Input.Name, _input);
        _model.RunBound(_binding);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _binding.Dispose();
        _input.Dispose();
        _output.Dispose();
        GC.KeepAlive(_memory);
    }

    static Span<float> Row(OrtValue tensor, int row, int length) =>
        tensor.GetTensorMutableDataAsSpan<float>().Slice(row * length, length);
}
