using Tags = System.Collections.Generic.KeyValuePair<string, object?>;

namespace ImagePipeline.Hosting.Telemetry;

/// <summary>Compares the tags of measurements as they come, in their order and without text being made of them: the bus measures every
/// message a dozen times.</summary>
sealed class MeasurementTags : IEqualityComparer<Tags[]>, IAlternateEqualityComparer<ReadOnlySpan<Tags>, Tags[]>
{
    public bool Equals(Tags[]? one, Tags[]? other) => one is null || other is null ? one == other : Equals(one.AsSpan(), other);

    public bool Equals(ReadOnlySpan<Tags> alternate, Tags[] other)
    {
        if (alternate.Length != other.Length)
        {
            return false;
        }

        for (var at = 0; at < other.Length; at++)
        {
            if (!string.Equals(alternate[at].Key, other[at].Key, StringComparison.Ordinal) || !Equals(alternate[at].Value, other[at].Value))
            {
                return false;
            }
        }

        return true;
    }

    public int GetHashCode(Tags[] tags) => GetHashCode(tags.AsSpan());

    public int GetHashCode(ReadOnlySpan<Tags> alternate)
    {
        var hash = new HashCode();
        foreach (var tag in alternate)
        {
            hash.Add(tag.Value);
        }

        return hash.ToHashCode();
    }

    public Tags[] Create(ReadOnlySpan<Tags> alternate) => alternate.ToArray();
}
