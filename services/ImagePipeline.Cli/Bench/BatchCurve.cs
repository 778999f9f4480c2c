using System.Collections.Concurrent;

namespace ImagePipeline.Cli.Bench;

/// <summary>What the rounds gave for one batch size.</summary>
sealed class BatchCurve(int batch)
{
    readonly List<double> _engine = [];
    readonly List<double> _bare = [];
    readonly ConcurrentBag<double> _waitsMs = [];

    /// <summary>Pictures per run.</summary>
    public int Batch => batch;

    /// <summary>Adds one round, pictures a second.</summary>
    public void Add(double engine, double bare)
    {
        _engine.Add(engine);
        _bare.Add(bare);
    }

    /// <summary>Adds how long one picture waited for its vector; from any thread.</summary>
    public void Add(TimeSpan wait) => _waitsMs.Add(wait.TotalMilliseconds);

    /// <summary>Forgets everything: what came before only warmed up.</summary>
    public void Clear()
    {
        _engine.Clear();
        _bare.Clear();
        _waitsMs.Clear();
    }

    /// <summary>The medians of the rounds, and how long pictures waited in all of them.</summary>
    public BatchRates Rates() => new(
        batch, BenchLoops.Quantile(_engine, 0.5), BenchLoops.Quantile(_bare, 0.5),
        BenchLoops.Quantile([.. _engine.Zip(_bare, (engine, bare) => engine / bare)], 0.5),
        BenchLoops.Quantile(_waitsMs, 0.5), BenchLoops.Quantile(_waitsMs, 0.95));
}
