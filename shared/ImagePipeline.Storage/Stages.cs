namespace ImagePipeline.Storage;

/// <summary>Names of the stages as they stand in <c>image_stage.stage</c>.</summary>
public static class Stages
{
    /// <summary>Perceptual hashes and the palette.</summary>
    public const string Hash = "hash";

    /// <summary>Near duplicates of an image among those before it.</summary>
    public const string Relate = "relate";

    /// <summary>The vectors of one model.</summary>
    public static string Embed(string modelId) => "embed:" + modelId;
}
