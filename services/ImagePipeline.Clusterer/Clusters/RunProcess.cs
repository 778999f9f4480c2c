using System.Diagnostics;
using System.Globalization;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>This process as a run names it, and whether another is still alive. Where the database's lock holds others
/// off, a run whose lock is free is dead; the embedded database has one session for all, and there this
/// tells.</summary>
public static class RunProcess
{
    /// <summary>Machine, process, and when that began: numbers of processes come again.</summary>
    public static string Name { get; } = Describe(Process.GetCurrentProcess());

    /// <summary>Whether the process of that name runs on this machine.</summary>
    public static bool IsAlive(string name)
    {
        var parts = name.Split('/');
        if (parts.Length != 3 || parts[0] != Environment.MachineName
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            return Describe(process) == name;
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Whether the process of that name was on this machine and is no more; of one on another machine nothing is known.</summary>
    public static bool IsGone(string name) => name.StartsWith(Environment.MachineName + "/", StringComparison.Ordinal) && !IsAlive(name);

    static string Describe(Process process) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.MachineName}/{process.Id}/{new DateTimeOffset(process.StartTime).ToUnixTimeSeconds()}");
}
