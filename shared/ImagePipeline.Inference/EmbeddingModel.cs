using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace ImagePipeline.Inference;

/// <summary>An opened model: one session, shared by every thread that calls <see cref="Run"/>.</summary>
/// <remarks>
/// <see cref="EmbeddingEngine"/> is the way to embed many pictures, over <see cref="BoundRun"/>s of this model;
/// <see cref="Run"/> is the plain way, for callers with arrays of their own and batches of any size.
/// </remarks>
public sealed class EmbeddingModel : IDisposable
{
    readonly InferenceSession _session;
    readonly OrtAllocator _hostMemory;
    readonly RunOptions _runOptions = new();
    readonly string[] _inputNames;
    readonly string[] _outputNames;
    volatile bool _disposed;

    EmbeddingModel(ModelManifest manifest, StartedSession started)
    {
        Manifest = manifest;
        (_session, Path, Provider, Precision, ProviderReason) = started;
        _hostMemory = Sessions.HostMemory(started);
        _inputNames = [manifest.Input.Name];
        _outputNames = [manifest.Output.Name];
    }

    /// <summary>What the manifest says.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>Full path of the .onnx that runs: the manifest's file, or its half-precision one.</summary>
    public string Path { get; }

    /// <summary>
    /// Where the session runs: <see cref="ExecutionProvider.Cpu"/> or <see cref="ExecutionProvider.Cuda"/>.
    /// </summary>
    public ExecutionProvider Provider { get; }

    /// <summary>
    /// What it computes in: <see cref="ModelPrecision.Full"/> or <see cref="ModelPrecision.Half"/>. Inputs and outputs are
    /// float32 either way.
    /// </summary>
    public ModelPrecision Precision { get; }

    /// <summary>Where it runs and why there, as a clause for logs and <c>doctor</c>.</summary>
    public string ProviderReason { get; }

    /// <summary>Whether it was disposed.</summary>
    internal bool IsDisposed => _disposed;

    /// <summary>The only batch size the graph accepts, or null when it accepts any.</summary>
    public int? FixedBatch { get; private init; }

    /// <summary>Version of the native ONNX Runtime.</summary>
    public static string RuntimeVersion => OrtStart.Environment.GetVersionString();

    /// <summary>Opens a model by its manifest, its .onnx, its folder, or its name under models/.</summary>
    /// <exception cref="ModelException">
    /// Nothing is there; manifest and .onnx disagree; or CUDA was asked for and does not start.
    /// </exception>
    public static EmbeddingModel Open(string pathOrName, ModelOptions? options = null)
    {
        var manifestPath = ModelFiles.FindManifest(pathOrName);
        var manifest = ManifestFile.Read(manifestPath);
        options ??= new ModelOptions();
        try
        {
            return Start(manifestPath, manifest, Sessions.Start(manifestPath, manifest, options));
        }
        catch (ModelException fault)
            when (options.Provider == ExecutionProvider.Auto && fault.InnerException is OnnxRuntimeException)
        {
            // A device can accept a session and fail its first run: short of memory, or an operator it lacks.
            var onCpu = Sessions.Start(manifestPath, manifest, options with { Provider = ExecutionProvider.Cpu });
            var why = $"the CPU, because a run on CUDA fails: {fault.InnerException.Message.ReplaceLineEndings(" ")}";
            return Start(manifestPath, manifest, onCpu with { Why = why });
        }
    }

    static EmbeddingModel Start(string manifestPath, ModelManifest manifest, StartedSession started)
    {
        try
        {
            var fixedBatch = GraphSignature.Check(manifestPath, manifest, started.Session);
            var model = new EmbeddingModel(manifest, started) { FixedBatch = fixedBatch };
            model.TryOut(manifestPath);
            return model;
        }
        catch
        {
            started.Session.Dispose();
            throw;
        }
    }

    /// <summary>Memory for runs of one batch size, bound to the graph. Dispose it before the model.</summary>
    /// <param name="count">Pictures per run.</param>
    /// <exception cref="ArgumentException">The graph takes another batch size.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public BoundRun Bind(int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckCount(count);
        return new BoundRun(this, _session, _hostMemory, count);
    }

    /// <summary>Runs the graph once.</summary>
    /// <param name="inputs">[count, tensor length], prepared by <see cref="Preprocessing.ToTensor"/>.</param>
    /// <param name="count">Pictures in the batch.</param>
    /// <param name="outputs">Receives [count, dimensions], normalised when the manifest says so.</param>
    /// <exception cref="ArgumentException">A buffer is too short, or the graph takes another batch size.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <remarks>Any number of threads may call this at once; dispose only when none does.</remarks>
    public void Run(Memory<float> inputs, int count, Memory<float> outputs)
    {
        // A run on a freed session would end the process, not throw.
        ObjectDisposedException.ThrowIf(_disposed, this);
        var dimensions = Manifest.Output.Dimensions;
        CheckCount(count);
        if (inputs.Length < count * Manifest.TensorLength || outputs.Length < count * dimensions)
        {
            throw new ArgumentException($"{count} pictures need {count * Manifest.TensorLength} inputs and "
                + $"{count * dimensions} outputs; got {inputs.Length} and {outputs.Length}.");
        }
        var memory = OrtMemoryInfo.DefaultInstance;
        using var input = OrtValue.CreateTensorValueFromMemory(memory, inputs, InputShape(count));
        using var output = OrtValue.CreateTensorValueFromMemory(memory, outputs, [count, dimensions]);
        _session.Run(_runOptions, _inputNames, [input], _outputNames, [output]);
        if (Manifest.Output.L2Normalise)
        {
            for (var i = 0; i < count; i++)
            {
                Normalise(outputs.Span.Slice(i * dimensions, dimensions));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _session.Dispose();
        _runOptions.Dispose();
    }

    /// <summary>Runs what is bound; the caller has bound everything.</summary>
    internal void RunBound(OrtIoBinding binding) => _session.RunWithBinding(_runOptions, binding);

    /// <summary>A row of the last run's output, normalised when the manifest says so; a new array.</summary>
    internal float[] VectorOf(BoundRun run, int row)
    {
        var vector = run.OutputOf(row).ToArray();
        if (Manifest.Output.L2Normalise)
        {
            Normalise(vector);
        }

        return vector;
    }

    /// <summary>The input's shape for a batch, in the order of the manifest's layout.</summary>
    internal long[] InputShape(int count) => Manifest.Input.Layout == TensorLayout.Nchw
        ? [count, 3, Manifest.Input.HeightPx, Manifest.Input.WidthPx]
        : [count, Manifest.Input.HeightPx, Manifest.Input.WidthPx, 3];

    void CheckCount(int count)
    {
        if (count < 1 || (FixedBatch is { } only && only != count))
        {
            throw new ArgumentException(
                $"This model takes batches of {FixedBatch?.ToString() ?? "1 or more"}, not {count}.", nameof(count));
        }
    }

    /// <summary>Divides by the Euclidean length; the zero vector stays as it is.</summary>
    static void Normalise(Span<float> vector)
    {
        var length = TensorPrimitives.Norm(vector);
        if (length > 0)
        {
            TensorPrimitives.Divide(vector, length, vector);
        }
    }

    /// <summary>One empty picture at start: what a declared shape hides, and what a device lacks, shows here.</summary>
    void TryOut(string manifestPath)
    {
        var count = FixedBatch ?? 1;
        try
        {
            Run(new float[count * Manifest.TensorLength], count, new float[count * Manifest.Output.Dimensions]);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new ModelException(manifestPath, null,
                $"the model does not run ({fault.Message.ReplaceLineEndings(" ").Trim()})",
                "Check input.width_px, input.height_px and output.dimensions, or try provider cpu.", fault);
        }
    }
}
