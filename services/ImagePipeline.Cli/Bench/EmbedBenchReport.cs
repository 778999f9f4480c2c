using ImagePipeline.Inference;

namespace ImagePipeline.Cli.Bench;

/// <summary>What <c>bench embed</c> measured. Rates are pictures a second, medians of the rounds.</summary>
sealed record EmbedBenchReport
{
    /// <summary>Below this share of what its parts allow, the whole is held up by what is between them.</summary>
    const double Held = 0.75;

    /// <summary>Model and version.</summary>
    public required string Model { get; init; }

    /// <summary>CPU or CUDA.</summary>
    public required ExecutionProvider Device { get; init; }

    /// <summary>Where it ran and why there.</summary>
    public required string Why { get; init; }

    /// <summary>Full or half.</summary>
    public required ModelPrecision Precision { get; init; }

    /// <summary>Version of ONNX Runtime.</summary>
    public required string Runtime { get; init; }

    /// <summary>Processors of the machine.</summary>
    public required int Processors { get; init; }

    /// <summary>Pictures decoded at the same time.</summary>
    public required int Workers { get; init; }

    /// <summary>Runs of the model at once.</summary>
    public required int Threads { get; init; }

    /// <summary>What was decoded.</summary>
    public required string Pictures { get; init; }

    /// <summary>Rounds that counted.</summary>
    public required int Rounds { get; init; }

    /// <summary>How long each part was measured in a round.</summary>
    public required double SliceSeconds { get; init; }

    /// <summary>The curve over batch sizes.</summary>
    public required IReadOnlyList<BatchRates> Batches { get; init; }

    /// <summary>Decoding for the model, by all workers, nothing else at work.</summary>
    public required double Decode { get; init; }

    /// <summary>The engine alone, in batches of <see cref="EndToEndBatch"/>.</summary>
    public required double Infer { get; init; }

    /// <summary>Decoding and the engine together.</summary>
    public required double EndToEnd { get; init; }

    /// <summary>The batch of the whole: the engine's own choice, or the first that was asked for.</summary>
    public required int EndToEndBatch { get; init; }

    /// <summary>What the two allow together: on shared processors one after the other, with a device of its own side by side.</summary>
    public double Possible => Device == ExecutionProvider.Cuda ? Math.Min(Decode, Infer) : 1 / ((1 / Decode) + (1 / Infer));

    /// <summary>End to end, as a share of <see cref="Possible"/>.</summary>
    public double Reached => EndToEnd / Possible;

    /// <summary>decode or infer, whichever is slower by itself; hand_over where neither accounts for the rate.</summary>
    public string Bottleneck => Reached < Held ? "hand_over" : Decode < Infer ? "decode" : "infer";
}
