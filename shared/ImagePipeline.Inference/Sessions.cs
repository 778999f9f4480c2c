using Microsoft.ML.OnnxRuntime;

namespace ImagePipeline.Inference;

/// <summary>Starts a session on the provider asked for, or says why it cannot.</summary>
static class Sessions
{
    const string CudaName = "CUDAExecutionProvider";

    const string CudaAdvice =
        "Install a CUDA build of ONNX Runtime with CUDA and cuDNN, or choose provider cpu or auto.";

    /// <summary>Opens the file; <c>Why</c> is a sentence for logs on how the provider was chosen.</summary>
    /// <exception cref="ModelException">The file is no model, or CUDA was asked for and does not start.</exception>
    public static (InferenceSession Session, ExecutionProvider Provider, string Why) Start(string onnx,
        ModelOptions options)
    {
        if (options.Provider == ExecutionProvider.Cpu)
        {
            return (Cpu(onnx, options), ExecutionProvider.Cpu, "CPU, as asked for");
        }
        var (session, fault) = TryCuda(onnx, options);
        if (session is not null)
        {
            return (session, ExecutionProvider.Cuda, $"CUDA device {options.Device}");
        }
        return options.Provider == ExecutionProvider.Cuda
            ? throw new ModelException(onnx, null, $"CUDA was asked for and does not start: {fault}", CudaAdvice)
            : (Cpu(onnx, options), ExecutionProvider.Cpu, $"CPU, because CUDA does not start: {fault}");
    }

    static InferenceSession Cpu(string onnx, ModelOptions options)
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

    static (InferenceSession? Session, string Fault) TryCuda(string onnx, ModelOptions options)
    {
        if (!OrtStart.Environment.GetAvailableProviders().Contains(CudaName))
        {
            return (null, "the native ONNX Runtime is a CPU build");
        }
        try
        {
            using var settings = Settings(options);
            using var cuda = new OrtCUDAProviderOptions();
            cuda.UpdateOptions(new Dictionary<string, string>
            {
                ["device_id"] = options.Device.ToString(System.Globalization.CultureInfo.InvariantCulture),
                // TensorFloat-32 would make a vector of this device differ from the CPU's in the third digit.
                ["use_tf32"] = "0",
            });
            settings.AppendExecutionProvider_CUDA(cuda);
            return (new InferenceSession(onnx, settings), "");
        }
        catch (Exception fault)
            when (fault is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            return (null, OneLine(fault));
        }
    }

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

    static string OneLine(Exception fault) => fault.Message.ReplaceLineEndings(" ").Trim();
}
