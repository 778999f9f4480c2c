namespace ImagePipeline.Inference;

/// <summary>What an engine has done since it started. Seconds are summed over threads.</summary>
/// <param name="Pictures">Pictures embedded.</param>
/// <param name="Failed">Pictures whose run failed or gave a number that is not finite.</param>
/// <param name="Batches">Runs of the session.</param>
/// <param name="PrepareSeconds">Time in preprocessing, on the callers' threads.</param>
/// <param name="InferSeconds">Time in runs of the session.</param>
public readonly record struct EngineCounts(long Pictures, long Failed, long Batches, double PrepareSeconds,
    double InferSeconds);
