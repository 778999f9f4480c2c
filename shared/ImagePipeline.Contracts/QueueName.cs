namespace ImagePipeline.Contracts;

/// <summary>Names of the queues; one per stage, so that each scales and stops by itself.</summary>
public static class QueueName
{
    /// <summary>Takes <see cref="ImageIngested"/>.</summary>
    public const string Hash = "hash";

    /// <summary>Takes <see cref="ImageIngested"/>.</summary>
    public const string Embed = "embed";

    /// <summary>Takes <see cref="ImageHashed"/>.</summary>
    public const string RelateHashes = "relate-hashes";

    /// <summary>Takes <see cref="ImageEmbedded"/>.</summary>
    public const string RelateVectors = "relate-vectors";

    /// <summary>Takes <see cref="ImageEmbedded"/>.</summary>
    public const string Assign = "assign-clusters";

    /// <summary>Takes <see cref="ComputeClusters"/>.</summary>
    public const string Compute = "compute-clusters";

    /// <summary>All of them, in the order of an image's way.</summary>
    public static IReadOnlyList<string> All { get; } = [Hash, Embed, RelateHashes, RelateVectors, Assign, Compute];

    /// <summary>Where the messages of <paramref name="queue"/> end that cannot be treated.</summary>
    public static string DeadLetters(string queue) => queue + "_error";
}
