namespace ImagePipeline.Core.Calibration;

/// <summary>How many pairs lie at a distance.</summary>
/// <param name="Distance">Smaller is nearer.</param>
/// <param name="Copies">Pairs of a copy and its original.</param>
/// <param name="Others">Pairs of pictures that have nothing to do with each other.</param>
public readonly record struct PairCount(double Distance, double Copies, double Others);
