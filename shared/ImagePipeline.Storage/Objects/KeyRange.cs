namespace ImagePipeline.Storage.Objects;

/// <summary>A part of a listing: the keys above <paramref name="After"/>, up to and including <paramref name="UpTo"/>.</summary>
/// <param name="After">Exclusive lower bound; null: from the start. Needs not be the key of an object.</param>
/// <param name="UpTo">Inclusive upper bound; null: to the end.</param>
public sealed record KeyRange(string? After, string? UpTo)
{
    /// <summary>True where the key lies within.</summary>
    public bool Contains(string key) =>
        (After is null || KeyOrder.Compare(key, After) > 0) && (UpTo is null || KeyOrder.Compare(key, UpTo) <= 0);
}
