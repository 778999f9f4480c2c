using System.Diagnostics;
using System.Net.Http.Headers;
using ImagePipeline.Embedder;
using ImagePipeline.Imaging.Samples;
using ImagePipeline.Inference;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Indexing;
using Npgsql;

namespace ImagePipeline.Benchmarks.Search;

/// <summary><c>POST /v1/search</c> as a client meets it: a picture is sent to <c>imagepipeline serve</c>, decoded, embedded by the product's own
/// model and compared with many made-up vectors by their index; one caller, whole round trips.</summary>
static class HttpSearchFigures
{
    const int Pictures = 20;
    const int K = 10;

    public static async Task RunAsync(int rows, string server, int queries, TextWriter output, string? kept = null)
    {
        await using var database = await SearchDatabase.OpenAsync(server, kept);
        using var model = EmbeddingModel.Open("fingerprint", new() { Provider = ExecutionProvider.Cpu });
        var row = ModelRegistration.RowOf(model.Manifest);
        var vectors = new VectorStore(database.Source);
        await vectors.RegisterModelAsync(row);
        await new ActiveModelStore(database.Source).ActivateAsync(row.ModelId);
        if (await vectors.CountAsync(row.ModelId) == 0)
        {
            await FillAsync(database, row, rows);
        }

        var (indices, policy) = (new SearchIndexStore(database.Source), new VectorIndexPolicy());
        foreach (var state in (await indices.ListAsync(policy)).Where(state => !state.IsValid
            && (state.Index.Purpose is IndexPurpose.Filters || (state.Index.Purpose is IndexPurpose.Vectors && state.Index.ModelId == row.ModelId))))
        {
            await indices.BuildAsync(state, policy);
        }

        var connection = new NpgsqlConnectionStringBuilder(server) { Database = database.Source.CreateConnection().Database }.ConnectionString;
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "imagepipeline.dll"), "serve", "--port", "0", "--postgres", connection])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var serve = Process.Start(start)!;
        var errors = serve.StandardError.ReadToEndAsync();
        try
        {
            var address = await serve.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(await errors);
            using var client = new HttpClient { BaseAddress = new Uri(address) };
            foreach (var filter in (string[])["", "&format=png", "&folder=s3://photos/7/"])
            {
                await AskAsync(client, filter, queries, output);
            }
        }
        finally
        {
            serve.Kill();
            await serve.WaitForExitAsync();
        }
    }

    static async Task AskAsync(HttpClient client, string filter, int queries, TextWriter output)
    {
        var pictures = SampleFolder.Plan(4 * Pictures, seed: 5).Where(static file => file.Edit == "original").Take(Pictures)
            .Select(static file => file.Bytes()).ToArray();
        var times = new List<double>();
        // The first few compile, and fill what the others then find in memory.
        for (var query = -10; query < queries; query++)
        {
            using var content = new ByteArrayContent(pictures[(query + 10) % pictures.Length]);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            var began = Stopwatch.GetTimestamp();
            using var response = await client.PostAsync(new Uri($"/v1/search?k={K}{filter}", UriKind.Relative), content);
            await response.Content.ReadAsByteArrayAsync();
            response.EnsureSuccessStatusCode();
            if (query >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }

        times.Sort();
        await output.WriteLineAsync(SearchFigures.Line(
            $"POST /v1/search?k={K}{filter,-28} p50 {times[times.Count / 2],8:0.0} ms  p95 {times[times.Count * 95 / 100],8:0.0} ms"));
    }

    /// <summary>Images with their facts, and vectors as long as the model's: made-up ones, one after the other until it is full.</summary>
    static async Task FillAsync(SearchDatabase database, ModelRow row, int rows)
    {
        const int Page = 5_000;
        var made = new ClusteredVectors(seed: 1);
        await database.AddAsync(made, 0, rows);
        for (var start = 0; start < rows; start += Page)
        {
            var numbers = Enumerable.Range(start, Math.Min(Page, rows - start)).ToArray();
            float[][] vectors = [.. numbers.AsParallel().AsOrdered().Select(number =>
            {
                var part = made.Make(number);
                return Enumerable.Range(0, row.Dimensions).Select(at => part[at % part.Length]).ToArray();
            })];
            await new VectorStore(database.Source).WriteAsync(row.ModelId, [.. numbers.Select(SearchDatabase.Id)], vectors);
        }

        await database.RunAsync("VACUUM ANALYZE");
    }
}
