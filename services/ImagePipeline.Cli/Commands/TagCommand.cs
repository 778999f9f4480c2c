using System.CommandLine;
using ImagePipeline.Cli.Output;
using ImagePipeline.Storage.Tags;
using Spectre.Console;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>tag …</c>: words that people give to images.</summary>
static class TagCommand
{
    const int MostShown = 1_000_000;

    static readonly Argument<string> Tag = new("tag") { Description = $"A line of 1 to {TagName.Longest} characters; capital letters count." };

    static readonly Argument<string[]> Images = new("images")
    {
        Description = "Files or image ids of the collection; a folder stands for all below it.",
        HelpName = "IMAGE…",
        Arity = ArgumentArity.ZeroOrMore,
    };

    static readonly Argument<string?> Image = new("image")
    {
        Description = "Only the tags of this file or image id.",
        HelpName = "IMAGE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    static readonly Option<string?> Where = new("--where")
    {
        Description = "The images whose row of image_file fits a condition in SQL.",
        HelpName = "CONDITION",
    };

    static readonly Option<bool> All = new("--all") { Description = "From every image." };

    public static Command Create() => new Command("tag", "Words that you give to images, to find them by: add, remove, list.")
    {
        new Command("add", "Give images a tag.") { Tag, Images, Where }.WithExamples("""
            imagepipeline tag add beach holiday.jpg ~/Pictures/beach
            imagepipeline tag add large --where "width_px >= 4000"
            imagepipeline tag add 2024 --where "taken_at >= '2024-01-01' and taken_at < '2025-01-01'"
            """).Does(AddAsync),
        new Command("remove", "Take a tag from images.") { Tag, Images, Where, All }.WithExamples("""
            imagepipeline tag remove beach holiday.jpg
            imagepipeline tag remove large --where "width_px < 4000"
            imagepipeline tag remove beach --all
            """).Does(RemoveAsync),
        new Command("list", "The tags and how many images each has, the most used first; or those of one image.") { Image }.WithExamples("""
            imagepipeline tag list
            imagepipeline tag list holiday.jpg --json
            """).Does(ListAsync),
    }.WithExamples("""
        imagepipeline tag add beach holiday.jpg
        imagepipeline tag list
        imagepipeline sql "select uri from search_images(tag => 'beach')"
        """);

    static async Task<int> AddAsync(ParseResult parsed, CancellationToken cancel)
    {
        var tag = Read(parsed);
        RequireChoice(parsed, isAll: false);
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var store = new TagStore(session.Database.Source);
        var images = await ChosenAsync(parsed, session, cancel);
        var through = 0;
        var adding = store.AddAsync(tag, images, Environment.UserName, done => Interlocked.Exchange(ref through, done), cancel);
        if (!parsed.GetValue(CommonOptions.NoProgress) && !adding.IsCompleted)
        {
            await ProgressBoard.ShowAsync(() => [("tagged", Volatile.Read(ref through), images.Count)], adding);
        }

        var change = await adding;
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { tag, images = images.Count, change.Added, change.Already, change.Full, change.Unknown });
        }
        else
        {
            Terminal.Line(FormattableString.Invariant(
                $"{images.Count:N0} images: {change.Added:N0} tagged '{tag}' + {change.Already:N0} had it already")
                + (change.Full == 0 ? "" : FormattableString.Invariant($" + {change.Full:N0} have {TagName.MostPerImage} tags and did not get it"))
                + (change.Unknown == 0 ? "" : FormattableString.Invariant($" + {change.Unknown:N0} are not in the collection")));
        }

        return change.Full + change.Unknown == 0 ? ExitCode.Done : ExitCode.SomeFailed;
    }

    static async Task<int> RemoveAsync(ParseResult parsed, CancellationToken cancel)
    {
        var tag = Read(parsed);
        RequireChoice(parsed, parsed.GetValue(All));
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var store = new TagStore(session.Database.Source);
        var removed = parsed.GetValue(All)
            ? await store.RemoveEverywhereAsync(tag, cancel)
            : await store.RemoveAsync(tag, await ChosenAsync(parsed, session, cancel), cancel);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { tag, removed });
        }
        else
        {
            Terminal.Line(FormattableString.Invariant($"'{tag}' taken from {removed:N0} images."));
        }

        return ExitCode.Done;
    }

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var store = new TagStore(session.Database.Source);
        if (parsed.GetValue(Image) is { } name)
        {
            Write(parsed, await store.OfImageAsync(await ChosenImages.OneAsync(session.Database.Source, name, cancel), cancel));
            return ExitCode.Done;
        }

        var tags = await store.ListAsync("", MostShown, cancel);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { tags });
            return ExitCode.Done;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("images").RightAligned()).AddColumn(new TableColumn("tag").NoWrap());
        foreach (var tag in tags)
        {
            table.AddRow(FormattableString.Invariant($"{tag.Images:N0}"), Markup.Escape(tag.Tag));
        }

        Terminal.Out.Write(table);
        return ExitCode.Done;
    }

    static void Write(ParseResult parsed, IReadOnlyList<ImageTag> tags)
    {
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { tags });
            return;
        }

        foreach (var tag in tags)
        {
            Terminal.Line(tag.Probability is { } share
                ? FormattableString.Invariant($"{tag.Tag}  ({share:0.00}, {tag.Source})")
                : tag.Tag);
        }
    }

    static string Read(ParseResult parsed) =>
        TagName.TryParse(parsed.GetValue(Tag), out var tag) ? tag : throw new UsageException($"{TagName.Rule}.");

    /// <exception cref="UsageException">Not exactly one way to choose images is given.</exception>
    static void RequireChoice(ParseResult parsed, bool isAll)
    {
        var ways = (parsed.GetValue(Images)!.Length > 0 ? 1 : 0) + (parsed.GetValue(Where) is null ? 0 : 1) + (isAll ? 1 : 0);
        if (ways != 1)
        {
            throw new UsageException("say which images: name them, or give --where CONDITION (to take a tag from every image: --all).");
        }
    }

    static Task<IReadOnlyCollection<Guid>> ChosenAsync(ParseResult parsed, Session session, CancellationToken cancel) =>
        parsed.GetValue(Where) is { } condition
            ? ChosenImages.WhereAsync(session.Database.Source, condition, cancel)
            : ChosenImages.NamedAsync(session.Database.Source, parsed.GetValue(Images)!, cancel);
}
