using System.CommandLine;
using System.Text.RegularExpressions;
using ImagePipeline.Cli.Output;
using ImagePipeline.Storage.Roles;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>migrate</c>: brings the schema of a server up to date, and its roles where they are asked for.</summary>
static partial class MigrateCommand
{
    const string OwnerVariable = "IMAGEPIPELINE_OWNER_PASSWORD";
    const string WriterVariable = "IMAGEPIPELINE_WRITER_PASSWORD";
    const string ReaderVariable = "IMAGEPIPELINE_READER_PASSWORD";

    static readonly RoleOptions Defaults = new();

    static readonly Option<bool> Roles = new("--roles")
    {
        Description = $"As an administrator: make the three roles too, with the passwords in ${OwnerVariable} (without it the owner "
            + $"cannot log in), ${WriterVariable} and ${ReaderVariable}.",
    };

    static readonly Option<string> Owner = RoleName("--owner", Defaults.Owner, "Role that owns the tables.");
    static readonly Option<string> Writer = RoleName("--writer", Defaults.Writer, "Role of the services: reads and writes rows.");
    static readonly Option<string> Reader = RoleName("--reader", Defaults.Reader, "Role of analysts: reads.");

    public static Command Create() => new Command(
        "migrate", "Bring the schema of a PostgreSQL server up to date. Services start only on a schema that is.")
    {
        Roles, Owner, Writer, Reader,
    }.WithExamples("""
        imagepipeline migrate --postgres "Host=db;Username=imagepipeline_owner;Password=…;Database=images"
        IMAGEPIPELINE_WRITER_PASSWORD=… IMAGEPIPELINE_READER_PASSWORD=… \
          imagepipeline migrate --roles --postgres "Host=db;Username=postgres;Password=…;Database=images"
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var postgres = parsed.GetValue(CommonOptions.Postgres);
        if (string.IsNullOrEmpty(postgres))
        {
            throw new UsageException($"name the server with --postgres or ${CommonOptions.PostgresVariable}; the embedded database is "
                + "brought up to date by whatever uses it.");
        }

        var roles = parsed.GetValue(Roles);
        if (!roles && (IsGiven(parsed, Owner) || IsGiven(parsed, Writer) || IsGiven(parsed, Reader)))
        {
            throw new UsageException("--owner, --writer and --reader name the roles that --roles makes; give --roles too.");
        }

        var report = roles
            ? await SchemaMigration.RunAsync(postgres, Read(parsed), cancel)
            : await SchemaMigration.RunAsync(postgres, cancel);
        Write(report, parsed.GetValue(CommonOptions.Json));
        return ExitCode.Done;
    }

    static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    static RoleOptions Read(ParseResult parsed) => new()
    {
        Owner = parsed.GetValue(Owner)!,
        Writer = parsed.GetValue(Writer)!,
        Reader = parsed.GetValue(Reader)!,
        OwnerPassword = Password(OwnerVariable),
        WriterPassword = Password(WriterVariable),
        ReaderPassword = Password(ReaderVariable),
    };

    // An empty variable is what a forgotten one looks like in a compose file.
    static string? Password(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } password ? password : null;

    static void Write(MigrationReport report, bool json)
    {
        if (json)
        {
            JsonOutput.Write(report);
            return;
        }

        Console.WriteLine(report.Applied.Count == 0
            ? $"{report.Database} is up to date (migration {report.Version})."
            : $"{report.Database} is now at migration {report.Version}; applied {string.Join(", ", report.Applied)}.");
        if (report.Roles.Count > 0)
        {
            Console.WriteLine($"Roles: {report.Roles[0]} owns, {report.Roles[1]} writes, {report.Roles[2]} reads.");
        }
    }

    static Option<string> RoleName(string name, string role, string description)
    {
        var option = new Option<string>(name) { Description = description, HelpName = "ROLE", DefaultValueFactory = _ => role };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } given && !Identifier().IsMatch(given))
            {
                result.AddError($"'{given}' cannot name a role: a lower-case letter or _, then up to 62 of a-z, 0-9 and _.");
            }
        });
        return option;
    }

    [GeneratedRegex(@"^[a-z_][a-z0-9_]{0,62}\z")]
    private static partial Regex Identifier();
}
