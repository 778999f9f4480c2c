namespace ImagePipeline.Cli;

/// <summary>What the process returns to the shell; listed in every <c>--help</c>.</summary>
public static class ExitCode
{
    /// <summary>All done. Files that are no usable image are counted with their reason, not an error.</summary>
    public const int Done = 0;

    /// <summary>Done, but some images failed for a reason outside them (unreadable, vanished); the next run tries them again.</summary>
    public const int SomeFailed = 1;

    /// <summary>The command line is wrong, or names something that is not there.</summary>
    public const int BadUsage = 2;

    /// <summary>A part that the program needs is missing or does not start: database, model, native library.</summary>
    public const int Unavailable = 3;

    /// <summary>Stopped by Ctrl-C; what was done so far is kept.</summary>
    public const int Interrupted = 130;
}
