using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace ImagePipeline.Inference;

/// <summary>A session and how it came about.</summary>
/// <param name="Session">The session; the holder's to dispose.</param>
/// <param name="Onnx">Full path of the file it runs.</param>
/// <param name="Provider">Where it runs: CPU or CUDA.</param>
/// <param name="Precision">What it computes in: full or half.</param>
/// <param name="Why">Where it runs and why there, as a clause for logs.</param>
sealed record StartedSession(
    InferenceSession Session, string Onnx, ExecutionProvider Provider, ModelPrecision Precision, string Why)
{
    /// <summary>CUDA device number; 0 on the CPU.</summary>
    public int Device { get; init; }
}

/// <summary>Starts a session on the provider asked for, or says why it cannot.</summary>
static class Sessions
{
    const string CudaName = "CUDAExecutionProvider";

    const string CpuBuildAdvice =
        "Beside the program belong the CUDA build of ONNX Runtime (libonnxruntime.so) and libonnxruntime_providers_cuda.so: "
        + "infra/gpu-bench or the image embedder-gpu bring both, see docs/operations.md, \"On a GPU\". Or choose provider cpu or auto.";

    const string CudaAdvice =
        "It needs an NVIDIA driver for CUDA 13, and on the library path (LD_LIBRARY_PATH) CUDA 13 (libcudart.so.13, libcublas.so.13, "
        + "libcublasLt.so.13, libcurand.so.10, libcufft.so.12) and cuDNN 9 (libcudnn.so.9), see docs/operations.md, \"On a GPU\". "
        + "Or choose provider cpu or auto.";

    /// <summary>Opens the file that provider and precision ask for.</summary>
    /// <exception cref="ModelException">The file is absent, changed or no model; the manifest names no file of half precision; or CUDA
    /// was asked for and does not start.</exception>
    public static StartedSession Start(string manifestPath, ModelManifest manifest, ModelOptions options)
    {
        if (options.Provider == ExecutionProvider.Cpu)
        {
            return Cpu(manifestPath, manifest, options, "the CPU, as asked for");
        }
        if (!OrtStart.Environment.GetAvailableProviders().Contains(CudaName))
        {
            return WithoutCuda("the native ONNX Runtime is a CPU build", CpuBuildAdvice);
        }
        var precision = PrecisionOn(ExecutionProvider.Cuda, manifest, options);
        var onnx = ModelFiles.CheckedOnnx(manifestPath, manifest, precision);
        try
        {
            var why = $"CUDA device {options.Device}{InHalf(precision)}";
            return new StartedSession(Cuda(onnx, options), onnx, ExecutionProvider.Cuda, precision, why) { Device = options.Device };
        }
        catch (Exception fault)
            when (fault is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            return WithoutCuda(OneLine(fault), CudaAdvice);
        }

        StartedSession WithoutCuda(string fault, string advice) => options.Provider == ExecutionProvider.Cuda
            ? throw new ModelException(manifestPath, null, $"CUDA was asked for and does not start: {fault}", advice)
            : Cpu(manifestPath, manifest, options, $"the CPU, because CUDA does not start: {fault}");
    }

    /// <summary>Memory of the host that the session's device reads and writes fastest: pinned for CUDA.</summary>
    /// <remarks>Never disposed by hand: tensors that outlive the session still give their memory back to it.</remarks>
    public static OrtAllocator HostMemory(StartedSession started)
    {
        if (started.Provider != ExecutionProvider.Cuda)
        {
            return OrtAllocator.DefaultInstance;
        }
        using var pinned = new OrtMemoryInfo(
            OrtMemoryInfo.allocatorCUDA_PINNED, OrtAllocatorType.DeviceAllocator, started.Device, OrtMemType.CpuOutput);
        return new OrtAllocator(started.Session, pinned);
    }

    static StartedSession Cpu(string manifestPath, ModelManifest manifest, ModelOptions options, string why)
    {
        var precision = PrecisionOn(ExecutionProvider.Cpu, manifest, options);
        var onnx = ModelFiles.CheckedOnnx(manifestPath, manifest, precision);
        return new StartedSession(OnCpu(onnx, options), onnx, ExecutionProvider.Cpu, precision, why + InHalf(precision));
    }

    /// <summary>A session on the CPU over a file that no manifest needs to vouch for.</summary>
    /// <exception cref="ModelException">The file is no model.</exception>
    public static InferenceSession OnCpu(string onnx, ModelOptions options)
    {
        using var settings = Settings(options);
        try
        {
            return new InferenceSession(onnx, settings);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new ModelException(onnx, null, $"ONNX Runtime cannot load it ({OneLine(fault)})",
                "Check that it is a complete ONNX model of an opset this version knows.", fault);
        }
    }

    static InferenceSession Cuda(string onnx, ModelOptions options)
    {
        using var settings = Settings(options);
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(new Dictionary<string, string>
        {
            ["device_id"] = options.Device.ToString(CultureInfo.InvariantCulture),
            // TensorFloat-32 would make a vector of this device differ from the CPU's in the third digit.
            ["use_tf32"] = "0",
        });
        settings.AppendExecutionProvider_CUDA(cuda);
        return new InferenceSession(onnx, settings);
    }

    /// <summary>Half where it is asked for; on CUDA also by default, where the manifest has a file for it.</summary>
    static ModelPrecision PrecisionOn(ExecutionProvider provider, ModelManifest manifest, ModelOptions options) =>
        options.Precision != ModelPrecision.Auto ? options.Precision
        : provider == ExecutionProvider.Cuda && manifest.Fp16 is not null ? ModelPrecision.Half
        : ModelPrecision.Full;

    static string InHalf(ModelPrecision precision) => precision == ModelPrecision.Half ? ", in half precision" : "";

    static SessionOptions Settings(ModelOptions options)
    {
        var settings = new SessionOptions
        {
            IntraOpNumThreads = options.ThreadsPerRun,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // Spinning workers would take the cores that decoding needs.
        settings.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return settings;
    }

    /// <summary>What ONNX Runtime says, without the place in its source that it says first.</summary>
    static string OneLine(Exception fault)
    {
        var message = fault.Message.ReplaceLineEndings(" ").Trim();
        const string Failed = " : FAIL : ";
        var at = message.LastIndexOf(Failed, StringComparison.Ordinal);
        return at < 0 ? message : message[(at + Failed.Length)..].TrimEnd('.');
    }
}
