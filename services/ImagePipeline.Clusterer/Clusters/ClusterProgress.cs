namespace ImagePipeline.Clusterer.Clusters;

/// <summary>How far a run is.</summary>
/// <param name="Phase">What it is at, such as reading.</param>
/// <param name="Share">How much of that is done, 0 to 1.</param>
public readonly record struct ClusterProgress(string Phase, double Share)
{
    internal static ClusterProgress Of(string phase, long done, long of) => new(phase, of <= 0 ? 0 : Math.Min(1, (double)done / of));
}

/// <summary>Tells how far one phase is as how far the run is.</summary>
sealed class PhaseProgress(IProgress<ClusterProgress>? progress, string phase) : IProgress<double>
{
    public void Report(double value) => progress?.Report(new(phase, value));
}
