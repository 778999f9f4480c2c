using System.Security.Cryptography;
using ImagePipeline.Storage;
using Npgsql;

namespace ImagePipeline.Benchmarks.Search;

/// <summary>A database of its own on a server, filled with made-up images, their vectors and hashes; dropped at the end, unless it is to
/// be kept.</summary>
sealed class SearchDatabase : IAsyncDisposable
{
    public const string Model = "clustered_1";

    readonly string _server;
    readonly string _name;
    readonly bool _isKept;

    SearchDatabase(string server, string? kept)
    {
        (_server, _isKept) = (server, kept is not null);
        _name = kept ?? $"bench_{Guid.NewGuid():n}";
    }

    public Database Database { get; private set; } = null!;

    public NpgsqlDataSource Source => Database.Source;

    /// <summary>Whether it stays, for other runs to ask again.</summary>
    public bool IsKept => _isKept;

    /// <summary>Makes an empty one on the server of a connection string, or opens the one that was kept.</summary>
    /// <param name="server">Connection string; an administrator's.</param>
    /// <param name="kept">Name of a database that stays; null for one that is dropped at the end.</param>
    public static async Task<SearchDatabase> OpenAsync(string server, string? kept = null)
    {
        var made = new SearchDatabase(server, kept);
        if (!await made.IsThereAsync())
        {
            await made.OnServerAsync($"CREATE DATABASE \"{made._name}\"");
        }

        made.Database = await Database.OpenAsync(new DatabaseOptions
        {
            ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = made._name, CommandTimeout = 0 }.ConnectionString,
        });
        await new VectorStore(made.Source).RegisterModelAsync(new ModelRow(Model, "Clustered", "1", ClusteredVectors.Dimensions, "{}"));
        return made;
    }

    public static Guid Id(int number) => new(SHA256.HashData(BitConverter.GetBytes(number)).AsSpan(0, 16), bigEndian: true);

    /// <summary>Images first to first + count: facts, a file each, a random hash, a vector.</summary>
    public async Task AddAsync(ClusteredVectors vectors, int first, int count)
    {
        const int Page = 5_000;
        for (var start = first; start < first + count; start += Page)
        {
            var numbers = Enumerable.Range(start, Math.Min(Page, first + count - start)).ToArray();
            Guid[] ids = [.. numbers.Select(Id)];
            await RunAsync(
                """
                INSERT INTO image (image_id, sha256, format, width_px, height_px, bytes, taken_at)
                SELECT r.id, sha256(r.id::text::bytea), (ARRAY['jpeg', 'png', 'webp'])[1 + r.n % 3], 200 + r.n % 4000, 200 + r.n % 3000,
                       1000 + r.n, timestamp '2000-01-01' + (r.n * 7919::bigint % 1000003) * interval '10 minutes'
                FROM unnest($1, $2) AS r(id, n)
                """, ids, numbers);
            await RunAsync(
                """
                INSERT INTO image_source (uri, bytes, image_id, state, job_id)
                SELECT 's3://photos/' || r.n % 100 || '/' || r.n || '.jpg', 1, r.id, 'ingested', md5('')::uuid FROM unnest($1, $2) AS r(id, n)
                """, ids, numbers);
            await RunAsync(
                """
                INSERT INTO image_hash (image_id, algorithm, ahash, dhash, phash, pdq, pdq_quality)
                SELECT r.id, 'bench', 0::bit(64), 0::bit(64), 0::bit(64), ('x' || md5(r.n::text) || md5('a' || r.n))::bit(256), 90
                FROM unnest($1, $2) AS r(id, n)
                """, ids, numbers);
            await new VectorStore(Source).WriteAsync(Model, ids, [.. numbers.AsParallel().AsOrdered().Select(vectors.Make)]);
        }
    }

    public async Task RunAsync(string sql, params object[] parameters)
    {
        await using var command = Source.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (!_isKept)
        {
            await OnServerAsync($"DROP DATABASE \"{_name}\" WITH (FORCE)");
        }
    }

    async Task<bool> IsThereAsync()
    {
        await using var source = NpgsqlDataSource.Create(_server);
        await using var command = source.CreateCommand("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)");
        command.Parameters.Add(new NpgsqlParameter { Value = _name });
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    async Task OnServerAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_server);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
