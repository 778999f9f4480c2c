using System.ComponentModel.DataAnnotations;
using ImagePipeline.Imaging;

namespace ImagePipeline.Embedder;

/// <summary>Options of <see cref="EmbedConsumer"/>.</summary>
public sealed record EmbedOptions
{
    /// <summary>Images embedded and written together. Default 256. This is the batch at the database; how many go through the model at
    /// once is the engine's choice.</summary>
    [Range(1, 4096)]
    public int BatchImages { get; init; } = 256;

    /// <summary>Batches at work at the same time. Default 2: one decodes while the other is written.</summary>
    [Range(1, 64)]
    public int Batches { get; init; } = 2;

    /// <summary>Objects of a bucket fetched, decoded or waiting for the device at the same time, in each batch; more where the device's own
    /// batch needs them. Default 16: hides a store's answer time of some ten milliseconds.</summary>
    [Range(1, 1024)]
    public int Fetches { get; init; } = 16;

    /// <summary>What is refused before it is decoded.</summary>
    public ImageLimits Limits { get; init; } = new();
}
