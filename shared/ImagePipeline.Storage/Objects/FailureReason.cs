namespace ImagePipeline.Storage.Objects;

/// <summary>Reason codes of files that could not be read. They are tried again, unlike rejections.</summary>
public static class FailureReason
{
    /// <summary>No permission, or the medium failed.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>Seen by the walk, gone when its bytes were wanted.</summary>
    public const string Vanished = "vanished";

    /// <summary>Written to since the walk saw it; the next run takes the new content.</summary>
    public const string Changed = "changed";

    /// <summary>The store did not answer for this object, though it did for others.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>Our own code stumbled over the image; the detail says how. Please report it.</summary>
    public const string InternalError = "internal_error";

    /// <summary>The code for a fault while reading, or null where the fault says nothing about the file.</summary>
    public static string? Of(Exception fault) => fault switch
    {
        StoreUnavailableException => null,
        ObjectChangedException => Changed,
        FileNotFoundException or DirectoryNotFoundException => Vanished,
        IOException or UnauthorizedAccessException => Unreadable,
        _ => null,
    };
}
