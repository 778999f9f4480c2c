using BenchmarkDotNet.Attributes;
using ImagePipeline.Core.Hamming;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Benchmarks.Hamming;

/// <summary>One against all and all against all, at 100 k and 1 M hashes.</summary>
[MemoryDiagnoser]
public class HammingBenchmarks
{
    readonly List<Match> _matches = [];
    readonly HammingIndex _index = new();
    Hash256[] _hashes = [];
    Hash256 _query;

    [Params(100_000, 1_000_000)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _hashes = HashSets.WithNearCopies(Count, seed: 1);
        _query = _hashes[Count / 2];
        _index.AddRange(_hashes);
    }

    [Benchmark]
    public int Scan()
    {
        _matches.Clear();
        HammingScan.Within(_hashes, _query, 31, _matches);
        return _matches.Count;
    }

    [Benchmark]
    public int Nearest()
    {
        HammingScan.Nearest(_hashes, _query, 100, 110, _matches);
        return _matches.Count;
    }

    [Benchmark]
    public int IndexSearch()
    {
        _matches.Clear();
        _index.Search(_query, 31, _matches);
        return _matches.Count;
    }

    [Benchmark]
    public int AllPairs() => HammingPairs.Find(_hashes, 31, Environment.ProcessorCount).Count;
}
