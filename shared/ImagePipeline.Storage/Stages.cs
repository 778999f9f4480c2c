namespace ImagePipeline.Storage;

/// <summary>Names of the stages, as in <c>image_stage.stage</c>. Stages that depend on a model carry its id.</summary>
public static class Stages
{
    /// <summary>Decode small, compute every hash and the palette.</summary>
    public const string Hash = "hash";

    /// <summary>Find copies by hash.</summary>
    public const string RelateHashes = "relate:hash";

    /// <summary>Compute the vector of a model.</summary>
    public static string Embed(string modelId) => "embed:" + modelId;

    /// <summary>Find copies and look-alikes by the vectors of a model.</summary>
    public static string RelateVectors(string modelId) => "relate:" + modelId;

    /// <summary>The stage whose results a stage goes on from; null where it goes on from the bytes of the image.</summary>
    public static string? Before(string stage) => stage == RelateHashes ? Hash
        : stage.StartsWith("relate:", StringComparison.Ordinal) ? Embed(stage["relate:".Length..])
        : null;
}
