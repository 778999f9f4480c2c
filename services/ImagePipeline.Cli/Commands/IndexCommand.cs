using System.CommandLine;
using ImagePipeline.Storage.Indexing;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>index …</c>: the indices that search uses on a server.</summary>
static class IndexCommand
{
    public static readonly Option<long> Above = new("--above")
    {
        Description = "Rows from which a table is worth an index.",
        HelpName = "ROWS",
        DefaultValueFactory = _ => new VectorIndexPolicy().Above,
    };

    public static Command Create() => new Command("index", "Indices for search on a server: status, build, drop, check.")
    {
        IndexStatusCommand.Create(), IndexBuildCommand.Create(), IndexDropCommand.Create(), IndexCheckCommand.Create(),
    }.WithExamples("""
        imagepipeline index status
        imagepipeline index build                         after a large ingestion; people can go on searching
        imagepipeline index check                         what does the index find, and how fast?
        """);

    /// <summary>The database, which has to be a server's.</summary>
    /// <exception cref="UsageException">It is the embedded one.</exception>
    public static async Task<Session> OpenServerAsync(ParseResult parsed, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(parsed.GetValue(CommonOptions.Postgres)))
        {
            throw new UsageException("the embedded database compares everything, which is exact and quick enough for it; indices are for "
                + $"a server: name it with --postgres or ${CommonOptions.PostgresVariable}.");
        }

        return await Session.OpenAsync(parsed, cancel, mustExist: true);
    }

    /// <summary>How it stands with an index: built, broken_off, missing, optional (worth it, and built if asked for),
    /// small (its table is not worth one) or embedded (the database never has one).</summary>
    public static string StateOf(SearchIndexState state, bool isServer, VectorIndexPolicy policy) => state switch
    {
        { Bytes: not null, IsValid: false } => "broken_off",
        { Bytes: not null } => "built",
        _ when !isServer => "embedded",
        _ when !policy.Wants(state.Rows) => "small",
        _ when state.Index.Purpose is IndexPurpose.Copies or IndexPurpose.Codes => "optional",
        _ => "missing",
    };

    /// <summary>The same for people.</summary>
    public static string Words(string state, VectorIndexPolicy policy) => state switch
    {
        "embedded" => "none: the embedded database compares everything",
        "small" => FormattableString.Invariant($"none: fewer than {policy.Above:N0} rows are compared"),
        "optional" => "none: built if asked for",
        "broken_off" => "broken off",
        _ => state,
    };
}
