using ImagePipeline.Cli.Embedded;
using ImagePipeline.Inference;
using ImagePipeline.Storage;

namespace ImagePipeline.Services.Tests.Pipeline;

/// <summary>An embedded database and the default model, for all tests of the pipeline, which run one after the other.</summary>
public class PipelineFixture : IAsyncLifetime
{
    readonly string _data = Directory.CreateTempSubdirectory("ip-services-").FullName;
    EmbeddingModel? _model;

    public Database Database { get; private set; } = null!;

    public EmbeddingEngine Engine { get; private set; } = null!;

    public string ModelId => Engine.Model.Manifest.ModelId.ToString();

    public virtual async ValueTask InitializeAsync()
    {
        Database = await OpenAsync();
        _model = EmbeddingModel.Open("fingerprint", new() { Provider = ExecutionProvider.Cpu });
        Engine = new EmbeddingEngine(_model);
    }

    protected virtual Task<Database> OpenAsync() =>
        Database.OpenAsync(new() { DataDirectory = _data, IdleExit = TimeSpan.FromSeconds(1) });

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Engine.DisposeAsync();
        _model?.Dispose();
        await Database.DisposeAsync();
        // The server lets go of the folder when it ends, a second after its last client.
        var endpoint = Path.Combine(_data, "db", "endpoint.json");
        for (var waited = 0; waited < 200 && File.Exists(endpoint); waited++)
        {
            await Task.Delay(50);
        }

        Directory.Delete(_data, recursive: true);
    }

    /// <summary>Empties every table, the vectors' among them.</summary>
    public async Task ResetAsync()
    {
        await ExecuteAsync(
            """
            TRUNCATE ingest_job, ingest_range, ingest_job_reason, image, image_source, image_stage, image_hash, image_palette,
                near_duplicate, duplicate_verdict, duplicate_decision, duplicate_group, duplicate_member, image_resend,
                cluster_run, cluster_member CASCADE;
            DROP TABLE IF EXISTS embedding_fingerprint_2; DELETE FROM model
            """);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The rows of a query, each as text with its columns parted by spaces.</summary>
    public async Task<List<string>> RowsAsync(string sql)
    {
        await using var result = await new ReadOnlyQuery(Database.Source).RunAsync(sql, new() { MaxRows = 100_000 });
        var rows = new List<string>();
        await foreach (var row in result.RowsAsync())
        {
            rows.Add(string.Join(' ', row.Select(value => value ?? "-")));
        }

        return rows;
    }

    /// <summary>Everything that the stages have made, in a fixed order, without times and counts of attempts.</summary>
    public async Task<string> DumpAsync()
    {
        string[] queries =
        [
            "SELECT 'hash', image_id, algorithm, ahash, dhash, phash, pdq, pdq_quality FROM image_hash ORDER BY image_id",
            "SELECT 'palette', image_id, colours, shares FROM image_palette ORDER BY image_id",
            "SELECT 'vector', image_id, md5(embedding::text) FROM embedding_fingerprint_2 ORDER BY image_id",
            "SELECT 'stage', stage, image_id, state, reason FROM image_stage ORDER BY stage, image_id",
            "SELECT 'pair', a, b, kind, evidence, transform, distance, model_id FROM near_duplicate ORDER BY a, b",
            "SELECT 'group', family, group_id, size FROM duplicate_group ORDER BY family, group_id",
            """
            SELECT 'member', family, image_id, group_id, kind, evidence, transform, distance
            FROM duplicate_member ORDER BY family, image_id
            """,
        ];
        var lines = new List<string>();
        foreach (var query in queries)
        {
            lines.AddRange(await RowsAsync(query));
        }

        return string.Join('\n', lines);
    }

    /// <summary>The main job over a folder.</summary>
    public Task<RunReport> RunAsync(string folder, PipelineOptions? options = null) =>
        new MainJob(Database, Engine, options ?? new()).RunAsync([folder], TestContext.Current.CancellationToken);
}

[CollectionDefinition(nameof(OnPipeline))]
public sealed class OnPipeline : ICollectionFixture<PipelineFixture>;
