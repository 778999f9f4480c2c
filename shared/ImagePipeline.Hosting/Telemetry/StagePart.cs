namespace ImagePipeline.Hosting.Telemetry;

/// <summary>What the time of an image in a stage is spent on.</summary>
public enum StagePart
{
    /// <summary>Waiting in the queue, from the sending of the message to the start of its batch.</summary>
    Queue,

    /// <summary>Getting the bytes from the object store.</summary>
    Fetch,

    /// <summary>Decoding, and what is computed from the pixels on the same worker.</summary>
    Decode,

    /// <summary>From the hand-over to the model's engine until the vector is back, the filling of its batch included.</summary>
    Infer,

    /// <summary>Writing a batch to the database.</summary>
    Write,
}
