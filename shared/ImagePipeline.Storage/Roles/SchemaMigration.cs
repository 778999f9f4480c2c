using ImagePipeline.Storage.Types;
using Npgsql;

namespace ImagePipeline.Storage.Roles;

/// <summary>What a migration did.</summary>
/// <param name="Database">Where, for people: host, port and name.</param>
/// <param name="Version">The number of the last migration, now applied.</param>
/// <param name="Applied">Names of those applied just now.</param>
/// <param name="Roles">Names of the roles that were made or brought up to date.</param>
public sealed record MigrationReport(string Database, int Version, IReadOnlyList<string> Applied, IReadOnlyList<string> Roles);

/// <summary>Brings a server's database up to date, and its roles too where they are wanted.</summary>
public static class SchemaMigration
{
    /// <summary>Applies migrations as the connection's user, who owns the schema.</summary>
    /// <exception cref="DatabaseException">It cannot; the message says why and what to do.</exception>
    public static async Task<MigrationReport> RunAsync(string connectionString, CancellationToken cancel = default)
    {
        var address = ConnectionStrings.Parse(connectionString);
        await using var source = Source(address);
        return Report(address, await Migrations.ApplyAsync(source, cancel), []);
    }

    /// <summary>The same as an administrator, with the roles: migrations run as the owner, so that everything is the owner's.</summary>
    /// <exception cref="DatabaseException">It cannot; the message says why and what to do.</exception>
    public static async Task<MigrationReport> RunAsync(string connectionString, RoleOptions roles, CancellationToken cancel = default)
    {
        var address = ConnectionStrings.Parse(connectionString);
        await using (var administrator = Source(address))
        {
            await Migrations.RequireVectorAsync(administrator, cancel);
            await DatabaseRoles.PrepareAsync(administrator, roles, cancel);
        }
        address.Options = $"{address.Options} -c role={roles.Owner}".TrimStart();
        await using var owner = Source(address);
        var applied = await Migrations.ApplyAsync(owner, cancel);
        await DatabaseRoles.GrantAsync(owner, roles, cancel);
        return Report(address, applied, [roles.Owner, roles.Writer, roles.Reader]);
    }

    static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder address) =>
        new NpgsqlDataSourceBuilder(address.ConnectionString).UsePipelineTypes().Build();

    static MigrationReport Report(
        NpgsqlConnectionStringBuilder address, IReadOnlyList<string> applied, IReadOnlyList<string> roles) =>
        new($"{address.Host}:{address.Port}/{address.Database}", Migrations.Latest(), applied, roles);
}
