using System.ComponentModel.DataAnnotations;
using Npgsql;

namespace ImagePipeline.Storage.Roles;

/// <summary>Makes the roles on the server and says what each may do in this database. Doing it again changes nothing.</summary>
static class DatabaseRoles
{
    /// <summary>As an administrator, before the migrations: roles, passwords, who may enter and who may make tables.</summary>
    /// <exception cref="DatabaseException">A password is missing, the tables belong to another role, or this user may not do
    /// that.</exception>
    public static async Task PrepareAsync(NpgsqlDataSource administrator, RoleOptions roles, CancellationToken cancel)
    {
        Validator.ValidateObject(roles, new ValidationContext(roles), validateAllProperties: true);
        await using var connection = await administrator.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        try
        {
            await CheckOwnerAsync(connection, roles, cancel);
            await MakeAsync(connection, roles.Owner, roles.OwnerPassword, mayLackPassword: true, cancel);
            await MakeAsync(connection, roles.Writer, roles.WriterPassword, mayLackPassword: false, cancel);
            await MakeAsync(connection, roles.Reader, roles.ReaderPassword, mayLackPassword: false, cancel);
            await RunAsync(connection, AsAdministrator(connection, roles), cancel);
            await transaction.CommitAsync(cancel);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new DatabaseException(
                $"This user may not make roles: {error.MessageText}. Run it as an administrator of the server, or let one make them.",
                error);
        }
    }

    /// <summary>As the owner, after the migrations: what the others may do with its tables, present and to come.</summary>
    public static async Task GrantAsync(NpgsqlDataSource owner, RoleOptions roles, CancellationToken cancel)
    {
        await using var connection = await owner.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await RunAsync(connection, AsOwner(roles), cancel);
        await transaction.CommitAsync(cancel);
    }

    static async Task CheckOwnerAsync(NpgsqlConnection connection, RoleOptions roles, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            "SELECT pg_get_userbyid(relowner)::text FROM pg_class WHERE oid = to_regclass('schema_migration')", connection);
        if (await command.ExecuteScalarAsync(cancel) is string owner && owner != roles.Owner)
        {
            throw new DatabaseException(
                $"The tables of this database belong to '{owner}', not to '{roles.Owner}'. Keep that owner with --owner {owner}.");
        }
    }

    static async Task MakeAsync(
        NpgsqlConnection connection, string role, string? password, bool mayLackPassword, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT count(*) > 0 FROM pg_roles WHERE rolname = $1", connection);
        var exists = await command.With(role).ExecuteScalarAsync(cancel) is true;
        if (!exists && password is null && !mayLackPassword)
        {
            throw new DatabaseException($"The role '{role}' does not exist yet, and no password is given for it.");
        }
        if (!exists)
        {
            await RunAsync(connection, $"CREATE ROLE \"{role}\" NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION", cancel);
        }
        if (password is not null)
        {
            await RunAsync(connection, $"ALTER ROLE \"{role}\" LOGIN PASSWORD '{ScramVerifier.Of(role, password)}'", cancel);
        }
    }

    /// <summary>Names are identifiers by the options' check. A reader can lift its own time limit and mode: what stops it from writing
    /// is that it was granted nothing else.</summary>
    static string AsAdministrator(NpgsqlConnection connection, RoleOptions roles) =>
        $"""
        DO $$
        BEGIN
            IF NOT pg_has_role(current_user, '{roles.Owner}', 'MEMBER') THEN
                GRANT "{roles.Owner}" TO CURRENT_USER;
            END IF;
            EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', current_schema());
            EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO "{roles.Owner}"', current_schema());
            EXECUTE format('GRANT USAGE ON SCHEMA %I TO "{roles.Writer}", "{roles.Reader}"', current_schema());
        END
        $$;
        REVOKE ALL ON DATABASE {Quoted(connection.Database)} FROM PUBLIC;
        GRANT CONNECT, TEMPORARY ON DATABASE {Quoted(connection.Database)} TO "{roles.Owner}";
        GRANT CONNECT ON DATABASE {Quoted(connection.Database)} TO "{roles.Writer}", "{roles.Reader}";
        ALTER ROLE "{roles.Reader}" SET default_transaction_read_only = on;
        ALTER ROLE "{roles.Reader}" SET statement_timeout = '{(long)roles.ReaderTimeout.TotalMilliseconds}ms';
        ALTER ROLE "{roles.Reader}" SET idle_in_transaction_session_timeout = '10min';
        """;

    /// <summary>Only what the owner owns: there may be tables of others in the schema.</summary>
    static string AsOwner(RoleOptions roles) =>
        $"""
        DO $$
        DECLARE
            relation regclass;
        BEGIN
            FOR relation IN
                SELECT oid FROM pg_class
                WHERE relnamespace = current_schema()::regnamespace AND relowner = '{roles.Owner}'::regrole AND relkind IN ('r', 'p')
            LOOP
                EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO "{roles.Writer}"', relation);
            END LOOP;
            FOR relation IN
                SELECT oid FROM pg_class
                WHERE relnamespace = current_schema()::regnamespace AND relowner = '{roles.Owner}'::regrole
                    AND relkind IN ('r', 'p', 'v', 'm')
            LOOP
                EXECUTE format('GRANT SELECT ON %s TO "{roles.Writer}", "{roles.Reader}"', relation);
            END LOOP;
            FOR relation IN
                SELECT oid FROM pg_class
                WHERE relnamespace = current_schema()::regnamespace AND relowner = '{roles.Owner}'::regrole AND relkind = 'S'
            LOOP
                EXECUTE format('GRANT USAGE, SELECT ON SEQUENCE %s TO "{roles.Writer}"', relation);
            END LOOP;
            EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "{roles.Writer}"',
                current_schema());
            EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO "{roles.Writer}"',
                current_schema());
            EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT ON TABLES TO "{roles.Reader}"', current_schema());
        END
        $$;
        REVOKE INSERT, UPDATE, DELETE ON schema_migration FROM "{roles.Writer}";
        GRANT EXECUTE ON FUNCTION make_embedding_table(text), make_code_table(text, int), publish_code_table(text),
            drop_code_table(text) TO "{roles.Writer}";
        """;

    static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
