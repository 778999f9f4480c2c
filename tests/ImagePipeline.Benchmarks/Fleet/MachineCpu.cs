using System.Globalization;

namespace ImagePipeline.Benchmarks.Fleet;

/// <summary>Processor time of the whole machine, from <c>/proc/stat</c>.</summary>
static class MachineCpu
{
    const double TicksPerSecond = 100;

    /// <summary>Seconds all processors together were busy since the machine started, time taken by other machines on the same hardware left out.</summary>
    public static double Seconds()
    {
        // cpu user nice system idle iowait irq softirq steal ...
        var times = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)).ToArray();
        return (times[0] + times[1] + times[2] + times[5] + times[6]) / TicksPerSecond;
    }
}
