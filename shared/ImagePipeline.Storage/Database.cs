using ImagePipeline.Storage.Embedded;
using ImagePipeline.Storage.Types;
using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>The database, external or embedded, with the schema up to date: where everything begins.</summary>
public sealed class Database : IAsyncDisposable
{
    readonly EmbeddedDatabase? _embedded;

    Database(NpgsqlDataSource source, EmbeddedDatabase? embedded)
    {
        Source = source;
        _embedded = embedded;
    }

    /// <summary>Connections for the stores.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>Whether this is the embedded database.</summary>
    public bool IsEmbedded => _embedded is not null;

    /// <summary>Where the database is, for people: the data folder, or host and name. Never a password.</summary>
    public string Description { get; private init; } = "";

    /// <summary>What server this is, such as "PostgreSQL 15.18, pgvector 0.8.0".</summary>
    public async Task<string> VersionAsync(CancellationToken cancel = default)
    {
        await using var command = Source.CreateCommand(
            "SELECT current_setting('server_version') || ', pgvector ' || extversion FROM pg_extension WHERE extname = 'vector'");
        return $"PostgreSQL {await command.ExecuteScalarAsync(cancel)}";
    }

    /// <summary>Opens the database: starts the embedded one if needed, and brings the schema up to date unless the
    /// options forbid it.</summary>
    /// <exception cref="ArgumentException">Neither or both of the two places are given.</exception>
    /// <exception cref="DatabaseException">The database cannot be used; the message says why and what to do.</exception>
    public static async Task<Database> OpenAsync(DatabaseOptions options, CancellationToken cancel = default)
    {
        if (options.ConnectionString is null == options.DataDirectory is null)
        {
            throw new ArgumentException("Give either a connection string or a data directory.", nameof(options));
        }
        var embedded = options.DataDirectory is null ? null : await EmbeddedDatabase.StartAsync(options, cancel);
        NpgsqlDataSource? source = null;
        try
        {
            var address = ConnectionStrings.Parse(embedded?.ConnectionString ?? options.ConnectionString);
            address.MaxPoolSize = options.MaxConnections;
            address.ApplicationName = "imagepipeline";
            if (embedded is null && options.ClientCheck > TimeSpan.Zero)
            {
                address.AddClientCheck(options.ClientCheck);
            }
            source = new NpgsqlDataSourceBuilder(address.ConnectionString).UsePipelineTypes().Build();
            if (embedded is not null)
            {
                embedded.Replaced += source.Clear;
            }
            if (options.Migrate)
            {
                await Migrations.ApplyAsync(source, cancel);
            }
            else
            {
                await Migrations.RequireAsync(source, cancel);
            }
            return new Database(source, embedded)
            {
                Description = embedded is null
                    ? $"{address.Host}:{address.Port}/{address.Database}"
                    : Path.GetFullPath(options.DataDirectory!),
            };
        }
        catch
        {
            if (source is not null)
            {
                await source.DisposeAsync();
            }
            if (embedded is not null)
            {
                await embedded.DisposeAsync();
            }
            throw;
        }
    }

    /// <summary>Makes sure that the database answers and has the schema of this program.</summary>
    /// <exception cref="DatabaseException">It does not.</exception>
    public Task RequireAsync(CancellationToken cancel = default) => Migrations.RequireAsync(Source, cancel);

    /// <summary>Closes the connections; the embedded database exits by itself soon after its last client.</summary>
    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (_embedded is not null)
        {
            await _embedded.DisposeAsync();
        }
    }
}
