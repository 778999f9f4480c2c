using System.CommandLine;
using System.Globalization;
using ImagePipeline.Cli.Output;
using ImagePipeline.Storage.Indexing;
using Spectre.Console;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>index status</c>: which indices there are, and which there should be.</summary>
static class IndexStatusCommand
{
    public static Command Create() => new Command("status", "Which indices there are, how large they are, and which are missing.")
    {
        IndexCommand.Above,
    }.WithExamples("""
        imagepipeline index status
        imagepipeline index status --json | jq -r '.indices[] | select(.state == "missing") | .name'
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var policy = new VectorIndexPolicy { Above = parsed.GetValue(IndexCommand.Above) };
        var isServer = !string.IsNullOrEmpty(parsed.GetValue(CommonOptions.Postgres));
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var states = await new SearchIndexStore(session.Database.Source).ListAsync(policy, cancel);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                data = session.Database.Description,
                indices = states.Select(each => new
                {
                    name = each.Index.Name,
                    purpose = each.Index.Purpose,
                    table = each.Index.Table,
                    model = each.Index.ModelId,
                    rows = each.Rows,
                    bytes = each.Bytes,
                    state = IndexCommand.StateOf(each, isServer, policy),
                }),
            });
            return ExitCode.Done;
        }

        Terminal.Out.MarkupLine($"[bold]{Markup.Escape(session.Database.Description)}[/]");
        var table = new Table().Border(TableBorder.Simple).AddColumn("for").AddColumn("index")
            .AddColumn(new TableColumn("rows").RightAligned()).AddColumn(new TableColumn("size").RightAligned()).AddColumn("state");
        foreach (var each in states)
        {
            table.AddRow(
                each.Index.Purpose.ToString().ToLowerInvariant(), each.Index.Name, each.Rows.ToString("N0", CultureInfo.InvariantCulture),
                each.Bytes is { } bytes ? FormattableString.Invariant($"{bytes / 1e6:N0} MB") : "-",
                IndexCommand.StateOf(each, isServer, policy));
        }

        Terminal.Out.Write(table);
        if (isServer && states.Any(each => IndexCommand.StateOf(each, isServer, policy) is "missing" or "broken off"))
        {
            Terminal.Line("Build what is missing with: imagepipeline index build");
        }

        return ExitCode.Done;
    }
}
