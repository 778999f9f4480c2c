using ImagePipeline.Clusterer.Clusters;
using Spectre.Console;

namespace ImagePipeline.Cli.Output;

/// <summary>A bar for each phase of a run on standard error; on anything but a terminal a line at the beginning of
/// each.</summary>
static class ClusterProgressBar
{
    /// <summary>Shows how far a run is until it ends.</summary>
    /// <param name="isWanted">False for nothing.</param>
    /// <param name="work">The run.</param>
    public static async Task<T> ShowAsync<T>(bool isWanted, Func<IProgress<ClusterProgress>?, Task<T>> work)
    {
        if (!isWanted)
        {
            return await work(null);
        }

        if (Console.IsErrorRedirected)
        {
            var said = new HashSet<string>(StringComparer.Ordinal);
            return await work(new Told(progress =>
            {
                if (said.Add(progress.Phase))
                {
                    Console.Error.WriteLine($"imagepipeline: {progress.Phase} ...");
                }
            }));
        }

        return await Terminal.Error.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(context =>
            {
                var bars = new Dictionary<string, ProgressTask>(StringComparer.Ordinal);
                return work(new Told(progress =>
                {
                    if (!bars.TryGetValue(progress.Phase, out var bar))
                    {
                        foreach (var before in bars.Values)
                        {
                            before.Value = before.MaxValue;
                        }

                        bars[progress.Phase] = bar = context.AddTask(progress.Phase, maxValue: 1);
                    }

                    bar.Value = progress.Share;
                }));
            });
    }

    /// <summary>At once and in order, unlike <see cref="Progress{T}"/>, which tells some thread some time.</summary>
    sealed class Told(Action<ClusterProgress> tell) : IProgress<ClusterProgress>
    {
        readonly Lock _gate = new();

        public void Report(ClusterProgress value)
        {
            lock (_gate)
            {
                tell(value);
            }
        }
    }
}
