namespace ImagePipeline.Imaging;

/// <summary>
/// Hands the model's inputs from the stage of pixels that decodes a picture anyway to the stage of the same process that needs them, so
/// that a picture is decoded once. They equal what that stage would decode itself, so it does not matter which are found here.
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
    readonly Dictionary<Guid, TaskCompletionSource> _expected = [];
    long _bytes;

    /// <summary>For a process with one stage: keeps nothing and waits for nothing.</summary>
    public static SharedModelInputs None { get; } = new(null);

    /// <summary>Whether a stage of this process leaves inputs here.</summary>
    public bool IsKept => shape is not null;

    /// <summary>
    /// Says that these images are about to be decoded here: <see cref="TakeAsync"/> waits for them until they are offered or settled.
    /// Dispose the promise when the batch has ended, however it ended: it settles those that are left.
    /// </summary>
    public IDisposable Expect(IEnumerable<Guid> imageIds)
    {
        var promised = new List<Guid>();
        lock (_gate)
        {
            foreach (var id in shape is null ? [] : imageIds)
            {
                if (_expected.TryAdd(id, new(TaskCreationOptions.RunContinuationsAsynchronously)))
                {
                    promised.Add(id);
                }
            }
        }

        return new Promise(this, promised);
    }

    /// <summary>Keeps the model's input of a picture that was decoded to fit <see cref="ImageDecoder.WholeEdgePx"/>, if it has
    /// one, and settles the image.</summary>
    public void Offer(Guid imageId, DecodeResult decoded)
    {
        if (shape is not null && ImageDecoder.ModelInputOf(decoded, shape) is { } pixels)
        {
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

        Settle(imageId);
    }

    /// <summary>Nothing will come of an expected image any more: it could not be read.</summary>
    public void Settle(Guid imageId)
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            _expected.Remove(imageId, out waiting);
        }

        waiting?.SetResult();
    }

    /// <summary>Gives the input of an image away, at once or when an expected one is there; null where there is none. Dispose it. Hold
    /// nothing that decoding needs while this waits.</summary>
    public async ValueTask<PixelBuffer?> TakeAsync(Guid imageId, CancellationToken cancel)
    {
        TaskCompletionSource? expected;
        lock (_gate)
        {
            if (Remove(imageId) is { } ready)
            {
                return ready;
            }

            if (!_expected.TryGetValue(imageId, out expected))
            {
                return null;
            }
        }

        await expected.Task.WaitAsync(cancel);
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

    sealed class Promise(SharedModelInputs inputs, List<Guid> imageIds) : IDisposable
    {
        public void Dispose() => imageIds.ForEach(inputs.Settle);
    }
}
