namespace ImagePipeline.Core.Evaluation;

/// <summary>A pair that a signal proposes.</summary>
/// <param name="Distance">Smaller is nearer.</param>
/// <param name="IsMatch">Whether it is one.</param>
public readonly record struct RankedPair(float Distance, bool IsMatch);
