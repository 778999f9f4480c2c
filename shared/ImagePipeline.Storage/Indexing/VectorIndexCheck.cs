using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace ImagePipeline.Storage.Indexing;

/// <summary>What a search by index finds and takes, beside comparing all.</summary>
/// <param name="Breadth">hnsw.ef_search; null for comparing all.</param>
/// <param name="Recall">Mean share of the k nearest that were found, 0 to 1.</param>
/// <param name="Median">Half of the queries took no longer, round trip included.</param>
/// <param name="Late">95 % of the queries took no longer.</param>
public sealed record IndexCheckFigures(int? Breadth, double Recall, TimeSpan Median, TimeSpan Late);

/// <summary>Measures the recall of a model's index on vectors of the collection itself.</summary>
public sealed class VectorIndexCheck(NpgsqlDataSource source)
{
    /// <summary>Asks for the nearest of vectors spread over the collection, once comparing all and once at each
    /// breadth.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="k">Neighbours asked for, at least 1.</param>
    /// <param name="queries">Vectors that ask, at least 1; fewer where there are fewer.</param>
    /// <param name="breadths">Values of hnsw.ef_search, 1 to 1,000. A breadth below what is asked for counts as
    /// that.</param>
    /// <param name="advance">Called after each query with how many there will be.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Comparing all first, then each breadth.</returns>
    /// <exception cref="DatabaseException">The model has no vectors.</exception>
    public async Task<IReadOnlyList<IndexCheckFigures>> RunAsync(
        string modelId, int k, int queries, IReadOnlyList<int> breadths, Action<int> advance, CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        var asked = await SpreadAsync(connection, modelId, queries, cancel);
        if (asked.Count == 0)
        {
            throw new DatabaseException($"The collection has no vectors of model '{modelId}' to ask with.");
        }
        var steps = asked.Count * (1 + breadths.Count);
        var exact = new List<float[]>();
        var figures = new List<IndexCheckFigures>();
        foreach (var breadth in breadths.Select(static value => (int?)value).Prepend(null))
        {
            await SetBreadthAsync(connection, breadth, cancel);
            _ = await NearestAsync(connection, modelId, asked[0], k, breadth is null, cancel);
            var (times, found) = (new List<TimeSpan>(), 0.0);
            for (var at = 0; at < asked.Count; at++)
            {
                var clock = Stopwatch.GetTimestamp();
                var distances = await NearestAsync(connection, modelId, asked[at], k, breadth is null, cancel);
                times.Add(Stopwatch.GetElapsedTime(clock));
                if (breadth is null)
                {
                    exact.Add(distances);
                }
                found += Recall(exact[at], distances);
                advance(steps);
            }
            times.Sort();
            figures.Add(new(breadth, found / asked.Count, times[times.Count / 2], times[Math.Min(times.Count - 1, times.Count * 95 / 100)]));
        }
        await SetBreadthAsync(connection, null, cancel);
        return figures;
    }

    /// <summary>Share of the exact answer that an answer holds. By distance: of two at the same one either will
    /// do.</summary>
    internal static double Recall(float[] exact, float[] found) =>
        exact.Length == 0 ? 1 : Math.Min(exact.Length, found.Count(distance => distance <= exact[^1])) / (double)exact.Length;

    /// <summary>Vectors by evenly spaced ids. Ids are digests, so that is a fair sample, and the same each
    /// time.</summary>
    static async Task<List<float[]>> SpreadAsync(NpgsqlConnection connection, string modelId, int queries, CancellationToken cancel)
    {
        var asked = new List<float[]>();
        await using var command = new NpgsqlCommand(
            $"""
            SELECT DISTINCT ON (e.image_id) e.embedding
            FROM unnest($1) AS at(id)
            CROSS JOIN LATERAL (
                SELECT o.image_id, o.embedding FROM {VectorStore.Table(modelId)} o WHERE o.image_id >= at.id ORDER BY o.image_id LIMIT 1) e
            """,
            connection);
        command.With(Enumerable.Range(0, queries).Select(n => Id((double)n / queries)).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            asked.Add(reader.GetFieldValue<float[]>(0));
        }
        return asked;
    }

    static Guid Id(double share) => new(
        [.. BitConverter.GetBytes((ulong)(share * ulong.MaxValue)).Reverse(), .. new byte[8]], bigEndian: true);

    static async Task SetBreadthAsync(NpgsqlConnection connection, int? breadth, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT set_config('imagepipeline.ef_search', $1, false)", connection);
        await command.With(breadth?.ToString(CultureInfo.InvariantCulture) ?? "").ExecuteNonQueryAsync(cancel);
    }

    static async Task<float[]> NearestAsync(
        NpgsqlConnection connection, string modelId, float[] query, int k, bool exact, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT distance FROM similar_to($1, $2, $3, NULL, $4)", connection) { CommandTimeout = 0 };
        await using var reader = await command.With(query).With(k).With(modelId).With(exact).ExecuteReaderAsync(cancel);
        var distances = new List<float>(k);
        while (await reader.ReadAsync(cancel))
        {
            distances.Add(reader.GetFloat(0));
        }
        return [.. distances];
    }
}
