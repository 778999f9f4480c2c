using System.Globalization;

namespace ImagePipeline.Benchmarks.Fleet;

/// <summary>Processor time of the servers that <c>infra/test-servers</c> started, from <c>/proc</c>.</summary>
static class ServerCpu
{
    const double TicksPerSecond = 100;

    // Fields of /proc/PID/stat after the name: the state is number 0, the parent number 1.
    const int Parent = 1;
    const int Own = 11;
    const int OfEndedChildren = 13;

    /// <summary>Seconds so far, by server; nothing where they were started otherwise.</summary>
    public static (string Name, double Seconds)[] Seconds()
    {
        var roots = Directory.EnumerateDirectories(Path.GetTempPath(), "imagepipeline-servers-*").ToArray();
        var pids = roots.Select(root => Path.Combine(root, "pids")).Where(Directory.Exists).SelectMany(Directory.EnumerateFiles)
            .Select(file => (Name: Path.GetFileName(file), Pid: File.ReadAllText(file).Split(' ')[0]));
        var postgres = roots.Select(root => Path.Combine(root, "postgres", "cluster", "postmaster.pid")).Where(File.Exists)
            .Select(file => (Name: "postgres", Pid: File.ReadLines(file).First().Trim()));
        return [.. pids.Concat(postgres).OrderBy(server => server.Name, StringComparer.Ordinal)
            .Select(server => (server.Name, OfTree(server.Pid)))];
    }

    /// <summary>A process, and its children: PostgreSQL has one for every connection, which leave theirs to it when they end.</summary>
    static double OfTree(string pid)
    {
        var seconds = Stat(pid) is { } own ? Ticks(own, Own) + Ticks(own, OfEndedChildren) : 0;
        foreach (var process in Directory.EnumerateDirectories("/proc").Select(path => Path.GetFileName(path))
            .Where(name => char.IsAsciiDigit(name[0])))
        {
            if (Stat(process) is { } child && child[Parent] == pid)
            {
                seconds += Ticks(child, Own);
            }
        }

        return seconds / TicksPerSecond;
    }

    static double Ticks(string[] stat, int at) =>
        double.Parse(stat[at], CultureInfo.InvariantCulture) + double.Parse(stat[at + 1], CultureInfo.InvariantCulture);

    static string[]? Stat(string pid)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{pid}/stat");
            return line[(line.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            // It has ended.
            return null;
        }
    }
}
