namespace ImagePipeline.Storage.Tags;

/// <summary>A tag of an image.</summary>
/// <param name="Tag">The word.</param>
/// <param name="Source"><see cref="Person"/>, or the model that found it.</param>
/// <param name="Probability">How likely it is right, 0 to 1, by the model; null for what a person said.</param>
public sealed record ImageTag(string Tag, string Source, float? Probability)
{
    /// <summary>The source of what people say.</summary>
    public const string Person = "person";
}

/// <summary>A tag of the collection.</summary>
/// <param name="Tag">The word.</param>
/// <param name="Images">Images that have it, those without a file left out.</param>
public sealed record TagCount(string Tag, long Images);

/// <summary>What became of images that were to be tagged; the four add up to the distinct images given.</summary>
/// <param name="Added">Have the tag now.</param>
/// <param name="Already">Had it before.</param>
/// <param name="Full">Have <see cref="TagName.MostPerImage"/> tags of people already, and did not get it.</param>
/// <param name="Unknown">Are not in the collection, or are rejected.</param>
public sealed record TagChange(int Added, int Already, int Full, int Unknown)
{
    internal TagChange Plus(TagChange other) =>
        new(Added + other.Added, Already + other.Already, Full + other.Full, Unknown + other.Unknown);
}

/// <summary>A tag that an order gives to images.</summary>
/// <param name="Tag">The word.</param>
/// <param name="Images">The images.</param>
public sealed record TagOrder(string Tag, IReadOnlyCollection<Guid> Images);
