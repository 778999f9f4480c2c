namespace ImagePipeline.Cli.Bench;

/// <summary>One batch size. Rates are pictures a second, medians of the rounds.</summary>
/// <param name="Batch">Pictures per run.</param>
/// <param name="Engine">The engine, from pixels in memory to vectors.</param>
/// <param name="Bare">ONNX Runtime alone: as many runs at once, over memory bound once, nothing around them.</param>
/// <param name="Ratio">Engine to bare, the median of the rounds' ratios.</param>
/// <param name="P50Ms">Milliseconds from handing a picture over to its vector with the engine kept busy, half of them below.</param>
/// <param name="P95Ms">The same, 95 of 100 below.</param>
sealed record BatchRates(int Batch, double Engine, double Bare, double Ratio, double P50Ms, double P95Ms);
