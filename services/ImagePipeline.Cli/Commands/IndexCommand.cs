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

    /// <summary>What is to be said of an index.</summary>
    public static string StateOf(SearchIndexState state, bool isServer, VectorIndexPolicy policy) => state switch
    {
        { Bytes: not null, IsValid: false } => "broken off",
        { Bytes: not null } => "built",
        _ when !isServer => "none: the embedded database compares everything",
        _ when policy.Wants(state.Rows) && state.Index.Purpose is not (IndexPurpose.Copies or IndexPurpose.Codes) => "missing",
        _ when policy.Wants(state.Rows) => "none: built if asked for",
        _ => FormattableString.Invariant($"none: fewer than {policy.Above:N0} rows are compared"),
    };
}
