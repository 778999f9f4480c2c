using System.ComponentModel.DataAnnotations;

namespace ImagePipeline.Inference;

/// <summary>How an <see cref="EmbeddingEngine"/> batches; null means the best known value for the provider.</summary>
public sealed record EngineOptions
{
    /// <summary>Pictures per run. Default: 1 on the CPU, where batching gains nothing, and 32 on CUDA.</summary>
    [Range(1, 1024)]
    public int? BatchSize { get; init; }

    /// <summary>
    /// Runs at once on the shared session. Default: one per processor on the CPU; 2 on CUDA, where each run has a stream of
    /// its own, so that one batch is copied while another computes. A second session would hold the weights twice for the
    /// same gain.
    /// </summary>
    [Range(1, 256)]
    public int? Threads { get; init; }

    /// <summary>
    /// How long an incomplete batch waits for more pictures while a run loop has nothing to do. Default 5 ms; raise it when
    /// pictures trickle in.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan BatchWait { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Prepared pictures that may wait, in whole batches; callers beyond wait their turn. Default: 2 x batch size x threads.
    /// </summary>
    [Range(1, 65536)]
    public int? QueueCapacity { get; init; }
}
