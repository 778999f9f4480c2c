using ImagePipeline.Storage.Roles;
using Npgsql;

namespace ImagePipeline.Storage.Tests;

/// <summary>A database that an administrator made ready with roles of its own. <see cref="TestDatabase.Source"/> is the writer, so that a
/// suite of a store, run on it, shows what services may do.</summary>
public sealed class RoleDatabase : PostgresDatabase
{
    NpgsqlDataSource? _administrator;
    NpgsqlDataSource? _reader;

    public override NpgsqlDataSource Administrator => _administrator!;

    public NpgsqlDataSource Reader => _reader!;

    public RoleOptions Roles { get; private set; } = new();

    public MigrationReport Report { get; private set; } = null!;

    /// <summary>The administrator's.</summary>
    public string ConnectionString { get; private set; } = "";

    public override async ValueTask DisposeAsync()
    {
        if (_administrator is null)
        {
            return;
        }
        await _administrator.DisposeAsync();
        await _reader!.DisposeAsync();
        await base.DisposeAsync();
        await RunAsync($"DROP ROLE {Roles.Writer}, {Roles.Reader}, {Roles.Owner}");
    }

    /// <summary>The connection string of one of the roles.</summary>
    public string As(string role) => new NpgsqlConnectionStringBuilder(ConnectionString) { Username = role }.ConnectionString;

    protected override async Task<DatabaseOptions?> OptionsAsync()
    {
        if (await base.OptionsAsync() is not { } options)
        {
            return null;
        }
        ConnectionString = options.ConnectionString!;
        Roles = new()
        {
            Owner = $"{Name}_owner",
            Writer = $"{Name}_writer",
            Reader = $"{Name}_reader",
            WriterPassword = "what the writer knows",
            ReaderPassword = "what the reader knows",
        };
        Report = await SchemaMigration.RunAsync(ConnectionString, Roles);
        _administrator = NpgsqlDataSource.Create(ConnectionString);
        _reader = NpgsqlDataSource.Create(As(Roles.Reader));
        return new() { ConnectionString = As(Roles.Writer), Migrate = false };
    }
}

[CollectionDefinition(nameof(AsWriter))]
public sealed class AsWriter : ICollectionFixture<RoleDatabase>;

[Collection(nameof(AsWriter))]
public sealed class SourceAndStageAsWriter(RoleDatabase database) : SourceAndStageTests(database);

[Collection(nameof(AsWriter))]
public sealed class HashAndVectorAsWriter(RoleDatabase database) : HashAndVectorTests(database);

[Collection(nameof(AsWriter))]
public sealed class ActiveModelAsWriter(RoleDatabase database) : ActiveModelTests(database);

[Collection(nameof(AsWriter))]
public sealed class DuplicatesAsWriter(RoleDatabase database) : DuplicateTests(database);

[Collection(nameof(AsWriter))]
public sealed class FilesAsWriter(RoleDatabase database) : FileTests(database);

[Collection(nameof(AsWriter))]
public sealed class GroupsAsWriter(RoleDatabase database) : GroupTests(database);

[Collection(nameof(AsWriter))]
public sealed class FollowingAsWriter(RoleDatabase database) : FollowingTests(database);

[Collection(nameof(AsWriter))]
public sealed class JobsAsWriter(RoleDatabase database) : JobTests(database);
