using System.CommandLine;
using ImagePipeline.Cli.Catalogue;
using ImagePipeline.Cli.Embedded;
using ImagePipeline.Cli.Fleet;
using ImagePipeline.Cli.Output;
using ImagePipeline.Clusterer;
using ImagePipeline.Inference;
using ImagePipeline.Storage;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>models activate NAME</c>: which model a database is asked by.</summary>
static class ModelsActivateCommand
{
    static readonly Argument<string> Model = new("name") { Description = "Name or id of a model that the database knows." };

    public static Command Create() => new Command(
        "activate", "Choose the model that search, check and look-alikes use, and run where --model is not given.")
    {
        Model, CommonOptions.Device, CommonOptions.Workers,
    }.WithExamples("""
        imagepipeline models activate dinov2-small
        imagepipeline models activate gist_1 --data ~/index
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var model = await RegisteredModel.FindAsync(session.Database, parsed.GetValue(Model)!, cancel);
        if (model.Vectors == 0)
        {
            throw new UsageException(
                $"no image has a vector of {model.Row.ModelId}, so nothing could be found by it. Make them with: imagepipeline models add "
                + model.Row.Name);
        }

        if (model.Missing > 0)
        {
            await Console.Error.WriteLineAsync(FormattableString.Invariant(
                $"imagepipeline: {model.Missing:N0} images have no vector of {model.Row.ModelId} yet and cannot be found by it; ")
                + $"make them with: imagepipeline models add {model.Row.Name}");
        }

        var source = session.Database.Source;
        var isChanged = await new ActiveModelStore(source).ActivateAsync(model.Row.ModelId, cancel);
        var isCompared = await CompareAsync(parsed, session, model.Row, cancel);
        await new DuplicateGroups(new DuplicateStore(source), new GroupStore(source)).RegroupSimilarAsync(cancel);
        Write(parsed, model, isChanged, isCompared);
        return ExitCode.Done;
    }

    /// <summary>Compares its images anew; false where the model is not installed here, and the next run that has it will do so.</summary>
    static async Task<bool> CompareAsync(ParseResult parsed, Session session, ModelRow row, CancellationToken cancel)
    {
        var workers = RunCommand.Workers(parsed);
        if (Models.Installed(row) is not { } folder)
        {
            return false;
        }

        using var model = Models.Open(folder.Manifest, parsed);
        await using var engine = new EmbeddingEngine(model);
        var job = new ModelJob(session.Database, engine, new PipelineOptions
        {
            Cpu = new() { Workers = workers },
            Ingest = FleetCommandOptions.Ingest(),
            Relate = FleetCommandOptions.Relate(),
        });
        var running = job.CompareAsync(cancel);
        if (!parsed.GetValue(CommonOptions.NoProgress))
        {
            await ProgressBoard.ShowAsync(job, row.ModelId, running);
        }

        await running;
        return true;
    }

    static void Write(ParseResult parsed, RegisteredModel model, bool isChanged, bool isCompared)
    {
        var row = model.Row;
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { active = row.ModelId, changed = isChanged, model.Vectors, model.Missing, compared = isCompared });
            return;
        }

        Terminal.Line(isChanged ? $"Search, check and look-alikes use {row.ModelId} now." : $"{row.ModelId} is the active model already.");
        if (row.CopyDistance(FleetCommandOptions.Relate().CopyProbability) is null && row.SimilarDistance is null)
        {
            Terminal.Line("Its manifest has no distances: there are no look-alikes by it, and copies are found by hash and pixels alone.");
        }

        if (!isCompared)
        {
            Terminal.Line($"It is not installed here: look-alikes follow with the next run that has it (imagepipeline models add PATH).");
        }
    }
}
