namespace ImagePipeline.Cli.Bench;

/// <summary>What <see cref="EmbedBench"/> measures and for how long.</summary>
/// <param name="Batches">Pictures per run, each a row of the curve; at least one.</param>
/// <param name="Threads">Runs at once; null: the engine's own choice.</param>
/// <param name="Workers">Pictures decoded at the same time.</param>
/// <param name="Time">All measuring together, warming up left out.</param>
sealed record EmbedBenchPlan(IReadOnlyList<int> Batches, int? Threads, int Workers, TimeSpan Time)
{
    /// <summary>Rounds that count; in each, every part is measured once.</summary>
    public const int Rounds = 5;

    /// <summary>Parts measured in all, those of the warming round too.</summary>
    public int AllParts => (Rounds + 1) * Parts;

    /// <summary>How long a part is measured in one round; a run that takes longer is still finished.</summary>
    public TimeSpan Slice => Time / (Rounds * Parts);

    /// <summary>Decoding, end to end, and per batch size the engine and ONNX Runtime alone.</summary>
    int Parts => 2 + (2 * Batches.Count);
}
