namespace ImagePipeline.Core.Evaluation;

/// <summary>What a signal says of one edited copy, asked against a collection that holds its original.</summary>
/// <param name="ToOriginal">Distance to the original; infinite where the signal says that they are no match at all.</param>
/// <param name="ToOther">Distance to the nearest picture that is not the original; infinite where there is none.</param>
public readonly record struct CopyAnswer(float ToOriginal, float ToOther)
{
    /// <summary>Whether the original is nearer than everything else.</summary>
    public bool IsFirst => ToOriginal < ToOther;
}
