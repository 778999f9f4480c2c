namespace ImagePipeline.Storage.Objects;

/// <summary>The object is no longer the one whose identity is known: its ETag differs.</summary>
public sealed class ObjectChangedException(string uri)
    : IOException($"{uri} changed after it was identified.");
