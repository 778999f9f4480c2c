namespace ImagePipeline.Imaging.Samples;

/// <summary>What a sample file is, next to the others of its folder.</summary>
public enum SampleKind
{
    /// <summary>A scene of its own.</summary>
    Original,

    /// <summary>The very bytes of another file.</summary>
    SameBytes,

    /// <summary>The pixels of another file in another lossless encoding.</summary>
    SamePixels,

    /// <summary>An edited or newly compressed version of another file.</summary>
    EditedCopy,

    /// <summary>Not a picture, or not a whole one.</summary>
    Broken,
}
