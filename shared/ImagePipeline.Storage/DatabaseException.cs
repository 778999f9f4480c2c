namespace ImagePipeline.Storage;

/// <summary>The database cannot be used, and the message says what a person can do about it.</summary>
public sealed class DatabaseException : Exception
{
    /// <summary>With what is wrong and what to do.</summary>
    public DatabaseException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
