namespace ImagePipeline.Imaging;

/// <summary>
/// Model inputs made by a stage of pixels that it had decoded anyway, kept for the stage of the same process that needs them, so that a
/// small picture is decoded once. They equal what that stage would decode itself, so it does not matter which are found here.
/// </summary>
/// <param name="shape">What the model takes; null where no stage of this process needs any.</param>
/// <param name="maxBytes">Most bytes kept; beyond, the oldest are dropped.</param>
public sealed class SharedModelInputs(ModelInputShape? shape, long maxBytes = SharedModelInputs.DefaultMaxBytes)
{
    /// <summary>64 MiB: a thousand inputs of 128 x 128 pixels.</summary>
    public const long DefaultMaxBytes = 64L << 20;

    readonly Lock _gate = new();
    readonly LinkedList<(Guid ImageId, PixelBuffer Pixels)> _oldestFirst = new();
    readonly Dictionary<Guid, LinkedListNode<(Guid ImageId, PixelBuffer Pixels)>> _byImage = [];
    long _bytes;

    /// <summary>For a process with one stage: keeps nothing.</summary>
    public static SharedModelInputs None { get; } = new(null);

    /// <summary>Keeps the model's input of a picture that was decoded to fit <see cref="ImageDecoder.WholeEdgePx"/>, if it has
    /// one.</summary>
    public void Offer(Guid imageId, DecodeResult decoded)
    {
        if (shape is null || ImageDecoder.ModelInputOf(decoded, shape) is not { } pixels)
        {
            return;
        }

        lock (_gate)
        {
            Remove(imageId)?.Dispose();
            _byImage[imageId] = _oldestFirst.AddLast((imageId, pixels));
            _bytes += pixels.Pixels.Length;
            while (_bytes > maxBytes)
            {
                Remove(_oldestFirst.First!.Value.ImageId)!.Dispose();
            }
        }
    }

    /// <summary>Gives the input of an image away, or null where there is none. Dispose it.</summary>
    public PixelBuffer? Take(Guid imageId)
    {
        lock (_gate)
        {
            return Remove(imageId);
        }
    }

    PixelBuffer? Remove(Guid imageId)
    {
        if (!_byImage.Remove(imageId, out var node))
        {
            return null;
        }

        _oldestFirst.Remove(node);
        _bytes -= node.Value.Pixels.Pixels.Length;
        return node.Value.Pixels;
    }
}
