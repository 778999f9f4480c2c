namespace ImagePipeline.Cli.Catalogue;

/// <summary>A file did not arrive, or is not the one that was asked for; the message says what to do.</summary>
public sealed class DownloadException(string message, Exception? cause = null) : Exception(message, cause);
