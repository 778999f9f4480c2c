namespace ImagePipeline.Core.Evaluation;

/// <summary>What a distance up to which pairs are taken for matches yields.</summary>
/// <param name="Distance">The distance; not a number where none is good enough.</param>
/// <param name="Precision">Matches among all that is taken for one, 0 to 1; not a number where nothing is taken.</param>
/// <param name="Recall">Matches found, among all there are, 0 to 1.</param>
public readonly record struct OperatingPoint(float Distance, double Precision, double Recall)
{
    /// <summary>No distance is good enough.</summary>
    public static OperatingPoint None => new(float.NaN, double.NaN, 0);
}
