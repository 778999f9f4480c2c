using System.CommandLine;
using ImagePipeline.Cli.Catalogue;
using ImagePipeline.Cli.Output;
using ImagePipeline.Core.Codes;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Codes;
using Spectre.Console;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>codes …</c>: compact binary codes of vectors, learned from the collection.</summary>
static class CodesCommand
{
    const int Seed = 1;

    static readonly Option<string?> Model = new("--model")
    {
        Description = "Name or id of a model [default: the active one].",
        HelpName = "M",
    };

    static readonly Option<int> Bits = new Option<int>("--bits")
    {
        Description = "Bits of a code, 8 to 1024 and no more than the vectors have numbers.",
        HelpName = "N",
        DefaultValueFactory = _ => 128,
    }.Within(8, 1024);

    static readonly Option<int> Sample = new Option<int>("--sample")
    {
        Description = "Vectors to learn from, at most.",
        HelpName = "N",
        DefaultValueFactory = _ => 10_000,
    }.Within(100, 1_000_000);

    public static Command Create() => new Command(
        "codes", "Compact codes of vectors for collections that outgrow memory: train, update, list, drop.")
    {
        new Command("train", "Learn a code from the collection's own vectors and give every vector one, in place of what there was.")
        {
            Model, Bits, Sample,
        }.WithExamples("""
            imagepipeline codes train
            imagepipeline codes train --bits 256 --sample 50000
            """).Does(TrainAsync),
        new Command("update", "Give a code to the vectors written since.") { Model }
            .WithExamples("imagepipeline codes update").Does(UpdateAsync),
        new Command("list", "Which models have codes.").WithExamples("imagepipeline codes list --json").Does(ListAsync),
        new Command("drop", "Remove the codes of a model.") { Model }.WithExamples("imagepipeline codes drop").Does(DropAsync),
    }.WithExamples("""
        imagepipeline codes train --bits 128
        imagepipeline sql "select * from similar_images_by_code('0a1b2c3d-0000-0000-0000-000000000000', 10)"
        imagepipeline index build --codes                 a graph over the codes, on a server
        """);

    static async Task<int> TrainAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var (model, bits) = (await ModelAsync(parsed, session, cancel), parsed.GetValue(Bits));
        var codes = new CodeStore(session.Database.Source);
        if (bits > model.Dimensions)
        {
            throw new UsageException($"vectors of {model.ModelId} have {model.Dimensions} numbers; --bits takes no more than that.");
        }

        var sample = await codes.SampleAsync(model.ModelId, parsed.GetValue(Sample), cancel);
        if (sample.Count <= bits)
        {
            throw new UsageException(
                $"{sample.Count} vectors of {model.ModelId} cannot teach a code of {bits} bits; there have to be more of them.");
        }

        await Console.Error.WriteLineAsync(FormattableString.Invariant(
            $"imagepipeline: learning {bits} bits from {sample.Count:N0} vectors of {model.ModelId} ..."));
        var vectors = new float[sample.Count * model.Dimensions];
        for (var at = 0; at < sample.Count; at++)
        {
            sample[at].CopyTo(vectors, at * model.Dimensions);
        }

        var trained = await Task.Run(() => CodeTraining.Train(vectors, model.Dimensions, bits, Seed, cancel: cancel), cancel);
        var all = await new VectorStore(session.Database.Source).CountAsync(model.ModelId, cancel);
        var done = 0L;
        var writing = codes.ReplaceAsync(
            model.ModelId, trained.Book, sample.Count, Seed, written => Interlocked.Exchange(ref done, written), cancel);
        if (!parsed.GetValue(CommonOptions.NoProgress))
        {
            await ProgressBoard.ShowAsync(() => [("coded", Interlocked.Read(ref done), all)], writing);
        }

        Say(parsed, model.ModelId, await writing, bits, "got a code of");
        return ExitCode.Done;
    }

    static async Task<int> UpdateAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var model = await ModelAsync(parsed, session, cancel);
        var codes = new CodeStore(session.Database.Source);
        var coded = await codes.UpdateAsync(model.ModelId, cancel);
        Say(parsed, model.ModelId, coded, (await codes.ListAsync(cancel)).Single(row => row.ModelId == model.ModelId).Bits, "got a code of");
        return ExitCode.Done;
    }

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var rows = await new CodeStore(session.Database.Source).ListAsync(cancel);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { codes = rows });
            return ExitCode.Done;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumn("model").AddColumn(new TableColumn("bits").RightAligned())
            .AddColumn(new TableColumn("learned from").RightAligned()).AddColumn("at");
        foreach (var row in rows)
        {
            table.AddRow(
                row.ModelId, $"{row.Bits}", FormattableString.Invariant($"{row.TrainedOn:N0} vectors"),
                FormattableString.Invariant($"{row.TrainedAt:yyyy-MM-dd HH:mm}"));
        }

        Terminal.Out.Write(table);
        return ExitCode.Done;
    }

    static async Task<int> DropAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var model = await ModelAsync(parsed, session, cancel);
        await new CodeStore(session.Database.Source).DropAsync(model.ModelId, cancel);
        Say(parsed, model.ModelId, 0, 0, null);
        return ExitCode.Done;
    }

    static async Task<ModelRow> ModelAsync(ParseResult parsed, Session session, CancellationToken cancel) =>
        parsed.GetValue(Model) is { } name
            ? (await RegisteredModel.FindAsync(session.Database, name, cancel)).Row
            : await new ActiveModelStore(session.Database.Source).FindAsync(cancel)
                ?? throw new UsageException("there is no model here yet. Make vectors with: imagepipeline run FOLDER");

    static void Say(ParseResult parsed, string modelId, long coded, int bits, string? done)
    {
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { model = modelId, coded, bits });
        }
        else
        {
            Terminal.Line(done is null
                ? $"{modelId} has no codes any more."
                : FormattableString.Invariant($"{coded:N0} vectors of {modelId} {done} {bits} bits."));
        }
    }
}
