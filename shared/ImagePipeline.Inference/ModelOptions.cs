using System.ComponentModel.DataAnnotations;

namespace ImagePipeline.Inference;

/// <summary>Where a model runs.</summary>
public enum ExecutionProvider
{
    /// <summary>CUDA where it starts, else the CPU.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>CUDA, or an error.</summary>
    Cuda,
}

/// <summary>What a model computes in.</summary>
public enum ModelPrecision
{
    /// <summary>Half on CUDA where the manifest names a file for it, else full.</summary>
    Auto,

    /// <summary>The manifest's <c>file</c>: float32, as a rule.</summary>
    Full,

    /// <summary>The manifest's <c>fp16.file</c>, or an error.</summary>
    Half,
}

/// <summary>How a model is opened.</summary>
public sealed record ModelOptions
{
    /// <summary>Where it runs. Default: CUDA if the native library has it and it starts, else the CPU.</summary>
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Auto;

    /// <summary>CUDA device number. Default 0.</summary>
    [Range(0, 63)]
    public int Device { get; init; }

    /// <summary>What it computes in. Default: half on CUDA where the manifest names a file for it, else full. Choose full where
    /// vectors of the device must equal those of a CPU to more than three digits.</summary>
    public ModelPrecision Precision { get; init; } = ModelPrecision.Auto;

    /// <summary>
    /// Threads inside one run. Default 1: N callers on one shared session beat one caller with N threads, in rate and
    /// memory. Raise it only for the latency of single pictures.
    /// </summary>
    [Range(1, 256)]
    public int ThreadsPerRun { get; init; } = 1;
}
