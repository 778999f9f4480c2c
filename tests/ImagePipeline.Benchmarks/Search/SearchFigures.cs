using System.Diagnostics;
using System.Globalization;
using ImagePipeline.Core.Codes;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Codes;
using ImagePipeline.Storage.Indexing;
using Npgsql;

namespace ImagePipeline.Benchmarks.Search;

/// <summary>Search by the functions of the database over made-up vectors: exact, by HNSW index, by compact codes, with filters; hashes by
/// bands beside the plain scan; and what an index costs those who write.</summary>
/// <remarks>Times are of whole round trips, one caller. Queries are vectors of the same kind that are not in the database.</remarks>
static class SearchFigures
{
    const int K = 10;

    /// <summary>Fills a database and prints a table.</summary>
    /// <param name="rows">Vectors.</param>
    /// <param name="server">Connection string; an administrator's.</param>
    /// <param name="queries">Vectors that ask; those that are compared with all are a fifth of them, at least 5.</param>
    /// <param name="policy">How indices are built.</param>
    /// <param name="output">Receives the figures.</param>
    /// <param name="kept">Name of a database that stays, filled and with its indices, and is asked as it is from the second run on; null
    /// for one that is dropped.</param>
    public static async Task RunAsync(int rows, string server, int queries, VectorIndexPolicy policy, TextWriter output, string? kept = null)
    {
        var vectors = new ClusteredVectors(seed: 1);
        await using var database = await SearchDatabase.OpenAsync(server, kept);
        await FillAsync(database, vectors, rows, output);
        var asked = Enumerable.Range(0, queries).Select(n => vectors.Make(-1 - n)).ToArray();
        var few = asked[..Math.Max(5, queries / 5)];

        const string Call = "SELECT distance FROM similar_to($1, 10, exact => true)";
        var exact = await AskAsync(database, Call, asked);
        await WriteAsync(output, "comparing all", exact, exact);
        await ByIndexAsync(database, policy, asked, exact, output);
        await FilteredAsync(database, policy, few, output);
        await ByCodesAsync(database, policy, asked, exact, output);
        await HashFigures.InDatabaseAsync(database, policy, rows, output);
        if (!database.IsKept)
        {
            await InsertsAsync(database, vectors, rows, output);
        }
    }

    static async Task FillAsync(SearchDatabase database, ClusteredVectors vectors, int rows, TextWriter output)
    {
        var (clock, held) = (Stopwatch.StartNew(), await database.ScalarAsync<long>("SELECT count(*) FROM embedding_clustered_1"));
        if (held == 0)
        {
            await database.AddAsync(vectors, 0, rows);
            await database.RunAsync("ANALYZE");
        }
        else if (held != rows)
        {
            throw new InvalidOperationException($"The kept database holds {held} vectors, not {rows}: name another, or drop it.");
        }

        await output.WriteLineAsync(Line(
            $"{rows:n0} vectors of {ClusteredVectors.Dimensions}, {(held > 0 ? "kept" : Line($"filled in {clock.Elapsed.TotalSeconds:n0} s"))}; table {await SizeAsync(database, "embedding_clustered_1")}"));
    }

    static async Task ByIndexAsync(SearchDatabase database, VectorIndexPolicy policy, float[][] asked, Answers exact, TextWriter output)
    {
        await BuildAsync(database, policy, IndexPurpose.Vectors, output);
        foreach (var breadth in (int[])[40, 100, 200, 400])
        {
            await WriteAsync(
                output, $"HNSW, ef_search {breadth}", await AskAsync(database, "SELECT distance FROM similar_to($1, 10)", asked, breadth), exact);
        }
    }

    static async Task FilteredAsync(SearchDatabase database, VectorIndexPolicy policy, float[][] asked, TextWriter output)
    {
        await BuildAsync(database, policy, IndexPurpose.Filters, output);
        await database.RunAsync("VACUUM ANALYZE");
        foreach (var (name, filter) in ((string, string)[])
        [
            ("1 % by date", "taken_from => '2005-01-01', taken_to => '2005-03-11 10:40'"),
            ("1 % by folder", "folder => 's3://photos/7/'"),
            ("a third by format", "formats => '{png}'"),
            ("0.01 % by size", "min_bytes => 5000, max_bytes => 5100"),
        ])
        {
            var truth = await AskAsync(database, $"SELECT distance FROM search_images(query => $1, k => 10, {filter}, exact => true)", asked);
            var found = await AskAsync(database, $"SELECT distance FROM search_images(query => $1, k => 10, {filter})", asked);
            await WriteAsync(output, name, found, truth);
            await WriteAsync(output, name + ", comparing all that pass", truth, truth);
        }
    }

    static async Task ByCodesAsync(SearchDatabase database, VectorIndexPolicy policy, float[][] asked, Answers exact, TextWriter output)
    {
        if ((await new CodeStore(database.Source).ListAsync()).Count == 0)
        {
            await LearnCodesAsync(database, asked, exact, output);
        }

        await BuildAsync(database, policy, IndexPurpose.Codes, output);
        foreach (var pool in (int[])[200, 1000])
        {
            await WriteAsync(output, $"codes, HNSW, pool {pool}", await AskAsync(
                database, $"SELECT distance FROM similar_to_by_code($1, 10, pool => {pool})", asked), exact);
        }
    }

    static async Task LearnCodesAsync(SearchDatabase database, float[][] asked, Answers exact, TextWriter output)
    {
        var codes = new CodeStore(database.Source);
        var sample = await codes.SampleAsync(SearchDatabase.Model, 10_000);
        var clock = Stopwatch.StartNew();
        var book = CodeTraining.Train([.. sample.SelectMany(static vector => vector)], ClusteredVectors.Dimensions, 128, seed: 1).Book;
        var trained = clock.Elapsed;
        await codes.ReplaceAsync(SearchDatabase.Model, book, sample.Count, seed: 1);
        await database.RunAsync("VACUUM ANALYZE code_clustered_1");
        await output.WriteLineAsync(Line(
            $"codes of 128 bits: learned in {trained.TotalSeconds:n1} s, written in {(clock.Elapsed - trained).TotalSeconds:n1} s; table {await SizeAsync(database, "code_clustered_1")}"));
        foreach (var pool in (int[])[200, 1000])
        {
            await WriteAsync(output, $"codes, scanned, pool {pool}", await AskAsync(
                database, $"SELECT distance FROM similar_to_by_code($1, 10, pool => {pool})", asked), exact);
        }
    }

    /// <summary>Writes by 256, as the embedder does, with the index of vectors and without.</summary>
    static async Task InsertsAsync(SearchDatabase database, ClusteredVectors vectors, int rows, TextWriter output)
    {
        var batch = Math.Min(2_000, rows);
        foreach (var (name, first) in ((string, int)[])[("with the index", rows), ("without", rows + batch)])
        {
            if (first > rows)
            {
                await database.RunAsync("DROP INDEX embedding_clustered_1_hnsw");
            }

            Guid[] ids = [.. Enumerable.Range(first, batch).Select(SearchDatabase.Id)];
            float[][] made = [.. Enumerable.Range(first, batch).Select(vectors.Make)];
            var clock = Stopwatch.StartNew();
            for (var start = 0; start < batch; start += 256)
            {
                var end = Math.Min(batch, start + 256);
                await new VectorStore(database.Source).WriteAsync(SearchDatabase.Model, ids[start..end], made[start..end]);
            }

            await output.WriteLineAsync(Line($"vectors written a second, {name}: {batch / clock.Elapsed.TotalSeconds:n0}"));
        }
    }

    public static async Task BuildAsync(SearchDatabase database, VectorIndexPolicy policy, IndexPurpose purpose, TextWriter output)
    {
        var indices = new SearchIndexStore(database.Source);
        foreach (var state in (await indices.ListAsync(policy)).Where(each => each.Index.Purpose == purpose))
        {
            var (clock, built) = (Stopwatch.StartNew(), "kept");
            if (!state.IsValid)
            {
                await indices.BuildAsync(state, policy);
                built = Line($"built in {clock.Elapsed.TotalSeconds:n1} s");
            }

            await output.WriteLineAsync($"{state.Index.Name} {built}: {await SizeAsync(database, state.Index.Name)}");
        }
    }

    public static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    static async Task<string> SizeAsync(SearchDatabase database, string relation) =>
        Line($"{await database.ScalarAsync<long>($"SELECT pg_table_size('{relation}')") / 1e6:n0} MB");

    public static async Task<Answers> AskAsync(SearchDatabase database, string sql, object[] asked, int? breadth = null)
    {
        var answers = new Answers([], []);
        await using var connection = await database.Source.OpenConnectionAsync();
        await using (var set = new NpgsqlCommand($"SELECT set_config('imagepipeline.ef_search', '{breadth}', false)", connection))
        {
            await set.ExecuteNonQueryAsync();
        }

        // The first of all is thrown away: it compiles and reads what the others then find in memory.
        foreach (var query in asked.Prepend(asked[0]))
        {
            var start = Stopwatch.GetTimestamp();
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            command.Parameters.Add(new NpgsqlParameter { Value = query });
            await using var reader = await command.ExecuteReaderAsync();
            var distances = new List<float>();
            while (await reader.ReadAsync())
            {
                distances.Add(reader.GetFieldValue<float>(0));
            }

            answers.Times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            answers.Distances.Add([.. distances]);
        }

        answers.Times.RemoveAt(0);
        answers.Distances.RemoveAt(0);
        return answers;
    }

    static Task WriteAsync(TextWriter output, string name, Answers found, Answers exact)
    {
        var recall = found.Distances.Zip(exact.Distances).Average(static pair => VectorIndexCheck.Recall(pair.Second, pair.First));
        var times = found.Times.Order().ToArray();
        return output.WriteLineAsync(Line(
            $"{name,-46} recall@{K} {recall:0.000}  p50 {times[times.Length / 2],8:0.00} ms  p95 {times[times.Length * 95 / 100],8:0.00} ms  fewest rows {found.Distances.Min(static each => each.Length)}"));
    }

    public sealed record Answers(List<double> Times, List<float[]> Distances);
}
