using System.CommandLine;
using ImagePipeline.Cli.Output;
using ImagePipeline.Core.Duplicates;
using ImagePipeline.Search.Duplicates;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Tags;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>duplicates resolve</c>: decides by rules about every open group; <c>duplicates undo</c> takes it back.</summary>
static class DuplicatesResolveCommand
{
    static readonly Option<string[]> Rules = new Option<string[]>("--rule")
    {
        Description = "What decides which file of a group is kept; may be given again, most important first [default: the suggestion].",
        DefaultValueFactory = _ => [],
    }.AcceptOnlyFromAmong([.. KeeperPreferences.Words]);

    static readonly Option<string?> Kind = new Option<string?>("--kind")
    {
        Description = "Only groups with a member of this kind.",
    }.AcceptOnlyFromAmong("same_bytes", "same_pixels", "edited_copy");

    static readonly Option<string?> Tag = new("--tag")
    {
        Description = "Give this tag to the images that are not kept.",
        HelpName = "WORD",
    };

    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be decided, and write nothing." };

    static readonly Argument<Guid> Batch = new("order") { Description = "The order, as resolve gave it.", HelpName = "ORDER" };

    public static Command Create() => new Command(
        "resolve", "Decide by rules which file of each open group is kept. Writes a list of decisions; no file is touched.")
    {
        Rules, DuplicatesCommand.Prefer, Kind, Tag, DryRun,
    }.WithExamples("""
        imagepipeline duplicates resolve --dry-run
        imagepipeline duplicates resolve --prefer ~/Pictures/originals --rule resolution --rule oldest
        imagepipeline duplicates resolve --kind same_pixels --tag copy
        imagepipeline sql "select uri, reason from duplicate_decision where decision = 'remove'" --csv
        """).Does(RunAsync);

    public static Command CreateUndo() => new Command(
        "undo", "Take back what one order of resolve decided, and the tags it gave.") { Batch }
        .WithExamples("imagepipeline duplicates undo 0a1b2c3d-0000-0000-0000-000000000000").Does(UndoAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        string? tag = null;
        if (parsed.GetValue(Tag) is { } word && !TagName.TryParse(word, out tag))
        {
            throw new UsageException($"{TagName.Rule}.");
        }

        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var source = session.Database.Source;
        var decisions = new DecisionStore(source);
        var order = new KeeperOrder(
            [.. parsed.GetValue(Rules)!.Select(static rule => KeeperPreferences.TryParse(rule, out var one) ? one : default)],
            new KeeperRule([.. parsed.GetValue(DuplicatesCommand.Prefer)!.Select(DuplicatesCommand.Preferred)]));
        var resolved = await new GroupResolver(new GroupDesk(new GroupStore(source), decisions, new VerdictStore(source)), decisions)
            .ResolveAsync(
                new ResolveWish(order, Environment.UserName)
                {
                    Kind = DuplicateKinds.TryParse(parsed.GetValue(Kind), out var kind) ? kind : null,
                    Tag = tag,
                    DryRun = parsed.GetValue(DryRun),
                },
                cancel);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                dry_run = resolved.BatchId is null,
                batch_id = resolved.BatchId,
                groups = resolved.Groups.Count,
                keep = resolved.Keep,
                remove = resolved.Remove,
                freed_bytes = resolved.FreedBytes,
                tag,
                to_tag = resolved.ToTag,
                resolved.Tagged,
                files = resolved.Groups.SelectMany(static group => group.Files),
            });
        }
        else
        {
            Write(resolved, tag);
        }

        return ExitCode.Done;
    }

    static void Write(Resolved resolved, string? tag)
    {
        var isDry = resolved.BatchId is null;
        foreach (var file in isDry ? resolved.Groups.SelectMany(static group => group.Files) : [])
        {
            Terminal.Line($"{(file.IsKept ? "keep" : "  go")}  {FileNames.Of(file.Uri)}  ({file.Reason})");
        }

        Terminal.Line(FormattableString.Invariant(
            $"{resolved.Groups.Count:N0} groups: {resolved.Keep:N0} files {(isDry ? "would be kept" : "kept")}, {resolved.Remove:N0} may go ({resolved.FreedBytes:N0} B)."));
        if (tag is not null)
        {
            Terminal.Line(resolved.Tagged is { } change
                ? FormattableString.Invariant($"{resolved.ToTag:N0} images not kept: {change.Added:N0} tagged '{tag}' + {change.Already:N0} had it already")
                    + (change.Full == 0 ? "" : FormattableString.Invariant($" + {change.Full:N0} have {TagName.MostPerImage} tags and did not get it"))
                : FormattableString.Invariant($"{resolved.ToTag:N0} images would be tagged '{tag}'."));
        }

        if (resolved is { BatchId: { } batch, Groups.Count: > 0 })
        {
            Terminal.Line($"No file was touched. To take it back: imagepipeline duplicates undo {batch}");
        }
    }

    static async Task<int> UndoAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var batch = parsed.GetValue(Batch);
        var (files, tags) = await new DecisionStore(session.Database.Source).UndoAsync(batch, cancel);
        if (files + tags == 0)
        {
            throw new UsageException($"nothing that order {batch} decided holds any more.");
        }

        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { files, tags });
        }
        else
        {
            Terminal.Line(FormattableString.Invariant($"{files:N0} files are undecided again, {tags:N0} tags taken back."));
        }

        return ExitCode.Done;
    }
}
