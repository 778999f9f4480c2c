using System.CommandLine;
using System.Globalization;
using ImagePipeline.Cli.Output;
using ImagePipeline.Contracts;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Storage;
using Spectre.Console;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>queues</c>: what waits at the broker beside what the database lacks; and the pausing of
/// stages.</summary>
static class QueuesCommand
{
    static readonly Argument<string> Queue = new Argument<string>("stage")
    {
        Description = $"{string.Join(", ", QueueName.All)}, or all.",
    }.AcceptOnlyFromAmong([.. QueueName.All, "all"]);

    public static Command Create() => new Command(
        "queues", "What waits in the queues of the fleet, beside what the database says is to do; pause and resume stages.")
    {
        Change("pause", "Let the services leave a stage's queue alone, until it is resumed. Nothing is lost; messages wait.", true),
        Change("resume", "Let the services go on with a stage.", false),
        BrokerOptions.RabbitMq, BrokerOptions.Management,
    }.WithExamples("""
        imagepipeline queues
        imagepipeline queues --json
        imagepipeline queues pause embed
        imagepipeline queues resume all
        """).Does(ShowAsync);

    static Command Change(string verb, string description, bool pause) => new Command(verb, description) { Queue }
        .WithExamples($"imagepipeline queues {verb} embed\nimagepipeline queues {verb} all")
        .Does((parsed, cancel) => ChangeAsync(parsed, pause, cancel));

    static async Task<int> ChangeAsync(ParseResult parsed, bool pause, CancellationToken cancel)
    {
        var named = parsed.GetValue(Queue)!;
        string[] queues = named == "all" ? [.. QueueName.All] : [named];
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        await new QueueControlStore(session.Database.Source).SetAsync(queues, pause, Environment.UserName, cancel);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { queues, paused = pause });
            return ExitCode.Done;
        }

        Terminal.Out.WriteLine(pause
            ? $"Paused: {string.Join(", ", queues)}. The services stop fetching within seconds; go on with: imagepipeline queues resume {named}"
            : $"Resumed: {string.Join(", ", queues)}.");
        return ExitCode.Done;
    }

    static async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancel)
    {
        var broker = BrokerOptions.Of(parsed);
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var source = session.Database.Source;
        var depths = await new BrokerQueues(broker).ReadAsync(cancel);
        var paused = await new QueueControlStore(source).ReadPausedAsync(cancel);
        var model = (await new ActiveModelStore(source).FindAsync(cancel))?.ModelId;
        var stages = (await new StageStore(source).StatusAsync(
            [.. QueueName.All.Select(queue => StageOf(queue, model)).OfType<string>()], cancel)).ToDictionary(stage => stage.Stage);
        var rows = depths.Select(depth => new QueueRow(
            depth.Queue, paused.Contains(depth.Queue), depth.Ready, depth.InWork, depth.Failed,
            StageOf(depth.Queue, model) is { } stage ? stages.GetValueOrDefault(stage) : null)).ToArray();
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { queues = rows });
        }
        else
        {
            Write(rows, hasManagement: broker.Management is { Length: > 0 });
        }

        return ExitCode.Done;
    }

    static void Write(QueueRow[] rows, bool hasManagement)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("queue");
        foreach (var name in new[] { "ready", "in work", "dead letters", "to do", "done", "failed" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        table.AddColumn("");
        foreach (var row in rows)
        {
            table.AddRow(
                row.Queue, Number(row.Ready), Number(row.InWork), Number(row.DeadLetters), Number(row.Database?.ToDo),
                Number(row.Database?.Done), Number(row.Database?.Failed), row.Paused ? "paused" : "");
        }

        Terminal.Out.Write(table);
        if (!hasManagement)
        {
            Terminal.Line($"What is in work is known to the broker's management alone: set {RabbitMqOptions.ManagementVariable}.");
        }

        if (rows.Any(row => row.DeadLetters > 0))
        {
            Terminal.Line("Why there are dead letters: imagepipeline dead-letters list");
        }
    }

    static string Number(long? count) => count?.ToString("N0", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>The stage that takes from a queue; null where it depends on a model and there is none, and for
    /// clusters, which are no stage.</summary>
    static string? StageOf(string queue, string? modelId) => queue switch
    {
        QueueName.Hash => Stages.Hash,
        QueueName.RelateHashes => Stages.RelateHashes,
        QueueName.Embed => modelId is null ? null : Stages.Embed(modelId),
        QueueName.Assign or QueueName.Compute => null,
        _ => modelId is null ? null : Stages.RelateVectors(modelId),
    };

    sealed record QueueRow(string Queue, bool Paused, long? Ready, long? InWork, long? DeadLetters, StageStatus? Database);
}
