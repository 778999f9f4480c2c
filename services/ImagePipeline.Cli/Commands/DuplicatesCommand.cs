using System.CommandLine;
using ImagePipeline.Cli.Output;
using ImagePipeline.Core.Duplicates;
using ImagePipeline.Search.Duplicates;
using ImagePipeline.Storage;
using Spectre.Console;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>duplicates</c>: the groups, and which file of each is suggested to be kept.</summary>
static class DuplicatesCommand
{
    static readonly Option<string?> Kind = new Option<string?>("--kind")
    {
        Description = "Only groups with a member of this kind.",
    }.AcceptOnlyFromAmong("same_bytes", "same_pixels", "edited_copy", "similar");

    public static readonly Option<string[]> Prefer = new("--prefer")
    {
        Description = "Keep files below this folder, or matching this pattern with * and ?, before others; may be given again, most preferred first.",
        HelpName = "PATH",
        DefaultValueFactory = _ => [],
    };

    static readonly Option<int?> Limit = new("--limit")
    {
        Description = "Most groups listed, 0 for all [default: 100, and all with --json or --html].",
        HelpName = "N",
    };

    static readonly Option<string?> Html = new("--html")
    {
        Description = "Write one self-contained page with thumbnails.",
        HelpName = "out.html",
    };

    public static Command Create() => new Command(
        "duplicates", "List the groups of copies, what shows it, and which file to keep and why.")
    {
        Kind, Prefer, Limit, Html, DuplicatesResolveCommand.Create(), DuplicatesResolveCommand.CreateUndo(),
    }.WithExamples("""
        imagepipeline duplicates
        imagepipeline duplicates --kind edited_copy --html copies.html
        imagepipeline duplicates --prefer ~/Pictures/originals --json
        imagepipeline duplicates resolve --dry-run        decide by rules about all of them
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var kind = DuplicateKinds.TryParse(parsed.GetValue(Kind), out var asked) ? asked : (DuplicateKind?)null;
        var order = new KeeperOrder([], new KeeperRule([.. parsed.GetValue(Prefer)!.Select(Preferred)]));
        var (json, html) = (parsed.GetValue(CommonOptions.Json), parsed.GetValue(Html));
        var limit = parsed.GetValue(Limit) ?? (json || html is not null ? 0 : 100);
        if (limit < 0)
        {
            throw new UsageException("--limit takes 0 or more.");
        }


        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var store = new GroupStore(session.Database.Source);
        var counts = await store.CountGroupsAsync(cancel);
        var groups = new List<SuggestedGroup>();
        await foreach (var group in GroupsAsync(store, kind, limit, order, cancel))
        {
            groups.Add(group);
        }

        groups.Sort((one, other) => string.CompareOrdinal(one.Files[0].Uri, other.Files[0].Uri));

        if (html is not null)
        {
            await DuplicatePages.WriteAsync(
                session.Objects, html, await new FileStore(session.Database.Source).CountAsync(cancel), counts, groups, cancel);
            await Console.Error.WriteLineAsync($"imagepipeline: wrote {html}");
        }
        else if (json)
        {
            JsonOutput.Write(groups.Select(GroupJson.Of));
        }
        else
        {
            Write(groups, counts, kind);
        }

        return ExitCode.Done;
    }

    /// <summary>Groups, a page at a time.</summary>
    static async IAsyncEnumerable<SuggestedGroup> GroupsAsync(
        GroupStore store, DuplicateKind? kind, int limit, KeeperOrder order,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        const int PageGroups = 200;
        var left = limit == 0 ? int.MaxValue : limit;
        Guid? after = null;
        while (left > 0 && await store.ListGroupsAsync(kind, Math.Min(PageGroups, left), after, cancel) is { Count: > 0 } page)
        {
            foreach (var group in page)
            {
                yield return SuggestedGroup.Of(group, order);
            }

            left -= page.Count;
            after = page[^1].GroupId;
        }
    }

    static void Write(List<SuggestedGroup> groups, Dictionary<DuplicateKind, long> counts, DuplicateKind? kind)
    {
        foreach (var group in groups)
        {
            Terminal.Out.WriteLine();
            Terminal.Line($"{group.Files.Count} files; keep {FileNames.Of(group.Keep.Uri)}: {group.Reason}");
            foreach (var file in group.Files)
            {
                var mark = file == group.Keep ? "keep" : "    ";
                var kindName = file.IsRepresentative ? "representative" : file.Kind.Code();
                Terminal.Line($"  {mark} {kindName,-14} {file.WidthPx,5} x {file.HeightPx,-5} {file.Bytes,12:N0} B  "
                    + $"{FileNames.Of(file.Uri)}{(file.IsRepresentative ? "" : "  (" + file.Words + ")")}");
            }
        }

        Terminal.Out.WriteLine();
        foreach (var (each, number) in counts.OrderBy(count => count.Key).Where(count => kind is null || count.Key == kind))
        {
            Terminal.Out.MarkupLineInterpolated($"{number,7:N0} groups with {each.Code()}  [grey]{DuplicateKinds.Describe(each)}[/]");
        }

        Terminal.Out.WriteLine(groups.Count == 0 ? "No copies found." : $"{groups.Count:N0} groups shown; --html writes them with pictures.");
    }

    /// <summary>A path is meant as the folder it names; a pattern is left alone.</summary>
    public static string Preferred(string path) =>
        path.AsSpan().IndexOfAny('*', '?') >= 0 ? path : Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
}
