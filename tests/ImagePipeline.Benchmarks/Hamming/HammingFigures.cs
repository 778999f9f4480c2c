using System.Diagnostics;
using ImagePipeline.Core.Hamming;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Benchmarks.Hamming;

/// <summary>Times Hamming search once, at 100 k and 1 M hashes, for docs/performance.md.</summary>
public static class HammingFigures
{
    const int Radius = 31;

    /// <summary>Runs and prints a table; about half a minute.</summary>
    /// <param name="output">Receives the table.</param>
    /// <param name="counts">Sizes of the collections, each at least 100.</param>
    public static void Run(TextWriter output, int[] counts)
    {
        ArgumentNullException.ThrowIfNull(output);
        foreach (var count in counts)
        {
            var hashes = HashSets.WithNearCopies(count, seed: 1);
            var queries = hashes.Where((_, i) => i % (count / 100) == 0).ToArray();
            output.WriteLine($"{count} hashes, {Environment.ProcessorCount} processors, radius {Radius}");
            Searches(output, hashes, queries);
            AllPairs(output, hashes);
        }
    }

    static void Searches(TextWriter output, Hash256[] hashes, Hash256[] queries)
    {
        var matches = new List<Match>();
        var variants = new List<VariantMatch>();
        var plain = Each(queries, query => PlainScan(hashes, query, Emptied(matches)));
        var scan = Each(queries, query => HammingScan.Within(hashes, query, Radius, Emptied(matches)));
        var eight = Each(queries[..20],
            _ => HammingScan.WithinAny(hashes, queries.AsSpan(0, 8), Radius, Emptied(variants)));
        var nearest = Each(queries, query => HammingScan.Nearest(hashes, query, 100, 110, matches));
        output.WriteLine($"  scan, plain loop        {plain * 1e6,10:f1} us a query");
        output.WriteLine($"  scan                    {scan * 1e6,10:f1} us a query, {plain / scan:f2} x the plain loop");
        output.WriteLine($"  scan, 8 variants        {eight * 1e6,10:f1} us a query, {8 * plain / eight:f2} x the plain loop");
        output.WriteLine($"  nearest 100 within 110  {nearest * 1e6,10:f1} us a query");

        var index = new HammingIndex();
        var build = Seconds(() =>
        {
            foreach (var hash in hashes)
            {
                index.Add(hash);
            }
        });
        var search = Each(queries, query => index.Search(query, Radius, Emptied(matches)));
        output.WriteLine($"  index, adding one by one {build * 1e9 / hashes.Length,9:f1} ns a hash");
        output.WriteLine($"  index, search           {search * 1e6,10:f1} us a query, {scan / search:f1} x the scan");
    }

    static void AllPairs(TextWriter output, Hash256[] hashes)
    {
        foreach (var threads in (int[])[1, Environment.ProcessorCount])
        {
            List<HammingPair> pairs = [];
            var seconds = Enumerable.Range(0, 3)
                .Min(_ => Seconds(() => pairs = HammingPairs.Find(hashes, Radius, threads)));
            output.WriteLine($"  all pairs, {threads} threads    {seconds,10:f2} s, {pairs.Count} pairs");
        }
    }

    static void PlainScan(Hash256[] hashes, Hash256 query, List<Match> matches)
    {
        for (var i = 0; i < hashes.Length; i++)
        {
            var distance = hashes[i].DistanceTo(query);
            if (distance <= Radius)
            {
                matches.Add(new(i, distance));
            }
        }
    }

    /// <summary>Mean over the queries of each one's best time: other work on the machine only ever adds.</summary>
    static double Each(Hash256[] queries, Action<Hash256> action)
    {
        var best = new double[queries.Length];
        Array.Fill(best, double.MaxValue);
        var begun = Stopwatch.GetTimestamp();
        for (var round = 0; round < 5 || Stopwatch.GetElapsedTime(begun).TotalSeconds < 0.5; round++)
        {
            for (var i = 0; i < queries.Length; i++)
            {
                best[i] = Math.Min(best[i], Seconds(() => action(queries[i])));
            }
        }

        return best.Average();
    }

    static List<T> Emptied<T>(List<T> list)
    {
        list.Clear();
        return list;
    }

    static double Seconds(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
