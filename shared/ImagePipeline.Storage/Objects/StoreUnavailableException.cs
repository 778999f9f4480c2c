namespace ImagePipeline.Storage.Objects;

/// <summary>
/// The store did not answer, or refused everyone (wrong credentials, no such bucket), after the retries it is given. It says nothing
/// about an object: whoever was reading tries again later, and no image is booked as bad.
/// </summary>
public sealed class StoreUnavailableException(string message, Exception? cause = null) : IOException(message, cause);
