using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ImagePipeline.Cli.Output;
using ImagePipeline.Contracts;
using ImagePipeline.Hosting.Broker;
using Spectre.Console;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>dead-letters</c>: messages that could not be treated: why, and what becomes of them.</summary>
static class DeadLettersCommand
{
    static readonly Option<string?> Stage = new Option<string?>("--stage")
    {
        Description = "Only those of one queue.",
        HelpName = "STAGE",
        Recursive = true,
    }.AcceptOnlyFromAmong([.. QueueName.All]);

    static readonly Option<int> Limit = new("--limit")
    {
        Description = "Most letters shown.",
        HelpName = "N",
        DefaultValueFactory = _ => 100,
    };

    static readonly Option<bool> All = new("--all") { Description = "Every letter, or every letter of the stage." };
    static readonly Option<bool> Yes = new("--yes") { Description = "Really drop them." };
    static readonly Argument<int> One = new("number") { Description = "Number of the letter in the list." };
    static readonly Argument<int[]> Some = new("numbers")
    {
        Description = "Numbers of letters in the list.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create() => new Command(
        "dead-letters", "Messages that failed for good or killed their consumers: look at them, send them again, or drop them.")
    {
        new Command("list", "The letters, with the reason of each.") { Limit }
            .WithExamples("imagepipeline dead-letters list\nimagepipeline dead-letters list --stage hash --json").Does(ListAsync),
        new Command("show", "One letter in full.") { One }.WithExamples("imagepipeline dead-letters show 3").Does(ShowAsync),
        new Command("replay", "Send letters to the queues they came from. Treating one twice changes nothing.") { Some, All }
            .WithExamples("""
                imagepipeline dead-letters replay 3 4
                imagepipeline dead-letters replay --stage embed --all
                """).Does(ReplayAsync),
        new Command("drop", "Remove letters for good. The database still shows their images as to do.") { Some, All, Yes }
            .WithExamples("imagepipeline dead-letters drop 3 --yes").Does(DropAsync),
        Stage, BrokerOptions.RabbitMq,
    }.WithExamples("""
        imagepipeline dead-letters list
        imagepipeline dead-letters show 1
        imagepipeline dead-letters replay --all
        """);

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancel)
    {
        var limit = parsed.GetValue(Limit);
        if (limit < 1)
        {
            throw new UsageException("--limit must be at least 1.");
        }

        await using var box = await DeadLetterBox.OpenAsync(BrokerOptions.Of(parsed), cancel);
        var letters = await box.ListAsync(Queues(parsed), limit, cancel);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { dead_letters = letters.Select(letter => letter with { Body = "" }).Select(Line) });
            return ExitCode.Done;
        }

        if (letters.Count == 0)
        {
            Terminal.Line("No dead letters.");
            return ExitCode.Done;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("no").RightAligned());
        foreach (var name in new[] { "queue", "object", "failed at", "reason" })
        {
            table.AddColumn(name);
        }

        foreach (var letter in letters)
        {
            table.AddRow(
                $"{letter.Number}", letter.Queue, Markup.Escape(Subject(letter)), Time(letter),
                Markup.Escape($"{letter.Reason}: {letter.Detail}"));
        }

        Terminal.Out.Write(table);
        foreach (var advised in letters.GroupBy(letter => letter.Advice))
        {
            Terminal.Line($"{string.Join(", ", advised.Select(letter => letter.Reason).Distinct())}: {advised.Key}");
        }

        if (letters.Count == limit)
        {
            Terminal.Line($"The first {limit}; more with --limit N.");
        }

        return ExitCode.Done;
    }

    static async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancel)
    {
        var number = parsed.GetValue(One);
        if (number < 1)
        {
            throw new UsageException("letters are numbered from 1. See: imagepipeline dead-letters list");
        }

        await using var box = await DeadLetterBox.OpenAsync(BrokerOptions.Of(parsed), cancel);
        var letter = (await box.ListAsync(Queues(parsed), number, cancel)).FirstOrDefault(one => one.Number == number)
            ?? throw new UsageException($"there is no dead letter {number}. See: imagepipeline dead-letters list");
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { dead_letter = Line(letter), body = BodyOf(letter) });
            return ExitCode.Done;
        }

        Terminal.Line($"{letter.Number}: {letter.Message} from {letter.Queue}, image {letter.ImageId?.ToString() ?? "unknown"}");
        Terminal.Line($"failed {Time(letter)}, {letter.Reason}: {letter.Detail}");
        Terminal.Line(letter.Uri is { } uri
            ? $"object {uri}"
            : letter.ImageId is { } image
                ? $"its objects: imagepipeline sql \"select uri from image_file where image_id = '{image}'\""
                : "about no image");
        Terminal.Line(letter.Advice);
        Terminal.Line(letter.Body);
        return ExitCode.Done;
    }

    static async Task<int> ReplayAsync(ParseResult parsed, CancellationToken cancel)
    {
        var wanted = Wanted(parsed);
        await using var box = await DeadLetterBox.OpenAsync(BrokerOptions.Of(parsed), cancel);
        return Report(parsed, "replayed", await box.ReplayAsync(Queues(parsed), wanted, cancel));
    }

    static async Task<int> DropAsync(ParseResult parsed, CancellationToken cancel)
    {
        var wanted = Wanted(parsed);
        if (!parsed.GetValue(Yes))
        {
            throw new UsageException("dropped letters cannot be had back; add --yes if you mean it.");
        }

        await using var box = await DeadLetterBox.OpenAsync(BrokerOptions.Of(parsed), cancel);
        return Report(parsed, "dropped", await box.DropAsync(Queues(parsed), wanted, cancel));
    }

    static Predicate<DeadLetter> Wanted(ParseResult parsed)
    {
        var numbers = parsed.GetValue(Some)!.ToHashSet();
        return (numbers.Count > 0, parsed.GetValue(All)) switch
        {
            (true, false) => letter => numbers.Contains(letter.Number),
            (false, true) => _ => true,
            _ => throw new UsageException("say which letters: their numbers from the list, or --all (with --stage, all of that stage)."),
        };
    }

    static int Report(ParseResult parsed, string done, int letters)
    {
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new Dictionary<string, int> { [done] = letters });
        }
        else
        {
            Terminal.Line($"{letters.ToString("N0", CultureInfo.InvariantCulture)} {done}.");
        }

        return ExitCode.Done;
    }

    static object Line(DeadLetter letter) => new
    {
        letter.Number,
        letter.Queue,
        letter.Reason,
        letter.Detail,
        letter.FailedAt,
        letter.Message,
        letter.ImageId,
        letter.Uri,
        letter.Advice,
    };

    /// <summary>What a letter is about: where the object is, or else which image it is.</summary>
    static string Subject(DeadLetter letter) => letter.Uri ?? letter.ImageId?.ToString() ?? "-";

    static object BodyOf(DeadLetter letter)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(letter.Body);
        }
        catch (JsonException)
        {
            return letter.Body;
        }
    }

    static string[] Queues(ParseResult parsed) => parsed.GetValue(Stage) is { } one ? [one] : [.. QueueName.All];

    static string Time(DeadLetter letter) =>
        letter.FailedAt?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";
}
