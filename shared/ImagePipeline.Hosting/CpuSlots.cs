using System.ComponentModel.DataAnnotations;

namespace ImagePipeline.Hosting;

/// <summary>Options of <see cref="CpuSlots"/>.</summary>
public sealed record CpuOptions
{
    /// <summary>Pictures decoded at the same time in this process, whatever the stage. Default: the number of processors.
    /// More gains nothing, since a decode keeps one core busy, and costs memory per picture.</summary>
    [Range(1, 1024)]
    public int Workers { get; init; } = Environment.ProcessorCount;
}

/// <summary>Admits as many decodes at a time as there are workers: the stages of one process share the cores and the memory.</summary>
public sealed class CpuSlots(CpuOptions options) : IDisposable
{
    readonly SemaphoreSlim _free = new(options.Workers);

    /// <summary>How many may work at the same time.</summary>
    public int Workers => options.Workers;

    /// <summary>Runs <paramref name="work"/> on a pool thread once a worker is free.</summary>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancel)
    {
        await _free.WaitAsync(cancel);
        try
        {
            return await Task.Run(work, cancel);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();
}
