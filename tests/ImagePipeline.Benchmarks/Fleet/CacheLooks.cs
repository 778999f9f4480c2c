using System.Globalization;
using ImagePipeline.EndToEnd.Tests.Fleet.Harness;

namespace ImagePipeline.Benchmarks.Fleet;

/// <summary>What came of looks into the cache of the machine, from the metrics of the services.</summary>
/// <param name="Counts">Looks by kind and outcome.</param>
sealed record CacheLooks(IReadOnlyDictionary<string, double> Counts)
{
    const string Metric = "imagepipeline_cache_reads_total{";

    /// <summary>Those of some services so far, together.</summary>
    public static async Task<CacheLooks> OfAsync(IEnumerable<ServiceRun> services)
    {
        using var client = new HttpClient();
        var counts = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var url in services.Select(service => service.Url).OfType<Uri>())
        {
            var text = await client.GetStringAsync(new Uri(url, "metrics"));
            foreach (var line in text.Split('\n').Where(line => line.StartsWith(Metric, StringComparison.Ordinal)))
            {
                var end = line.LastIndexOf('}');
                var labels = line[Metric.Length..end];
                counts[labels] = counts.GetValueOrDefault(labels) + double.Parse(line.AsSpan(end + 1), CultureInfo.InvariantCulture);
            }
        }

        return new CacheLooks(counts);
    }

    /// <summary>A line for people: the looks since some earlier ones.</summary>
    public string Since(CacheLooks before) => Counts.Count == 0 ? "no cache" : "looks into the cache: " + string.Join(
        "; ", Counts.Select(one => FormattableString.Invariant($"{one.Key} {one.Value - before.Counts.GetValueOrDefault(one.Key):N0}")));
}
