using System.CommandLine;
using ImagePipeline.Cli.Catalogue;
using ImagePipeline.Cli.Embedded;
using ImagePipeline.Cli.Fleet;
using ImagePipeline.Cli.Output;
using ImagePipeline.Inference;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>models add PATH</c>: a model becomes one of the user's, and the images that are there already are embedded with it.</summary>
static class ModelsAddCommand
{
    static readonly Argument<string> Model = new("path")
    {
        Description = "A manifest, an .onnx beside one, a folder that holds both, or the name of an installed model.",
    };

    static readonly Option<bool> Embed = new("--embed")
    {
        Description = "Fail where there is no database; the images of one that is there are embedded anyway.",
    };

    static readonly Option<bool> NoEmbed = new("--no-embed") { Description = "Install it and leave the database alone." };

    public static Command Create() => new Command(
        "add", "Check a model, copy it into your folder of models, and embed the images of the database with it.")
    {
        Model, Embed, NoEmbed, ModelsPullCommand.Replace, CommonOptions.Device, CommonOptions.Workers,
    }.WithExamples("""
        imagepipeline models add ~/models/my-model.json
        imagepipeline models add dinov2-small --data ~/index     what models pull brought
        imagepipeline models add ~/models/my-model.onnx --no-embed
        Stop it at any time: the same command goes on. Search keeps to the active model until models activate.
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        if (parsed.GetValue(Embed) && parsed.GetValue(NoEmbed))
        {
            throw new UsageException("give --embed or --no-embed, not both.");
        }

        var manifest = await InstallAsync(parsed, cancel);
        var isWanted = !parsed.GetValue(NoEmbed) && (parsed.GetValue(Embed) || Session.HasDatabase(parsed));
        if (!isWanted)
        {
            Write(parsed, ModelManifest.Load(manifest), manifest, null, null);
            return ExitCode.Done;
        }

        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var modelId = await EmbedAsync(parsed, session, manifest, cancel);
        var models = await RegisteredModel.ListAsync(session.Database, cancel);
        var model = models.Single(known => known.Row.ModelId == modelId);
        Write(parsed, ModelManifest.Load(manifest), manifest, model, models.FirstOrDefault(known => known.IsActive)?.Row.ModelId);
        return model.Missing > 0 ? ExitCode.SomeFailed : ExitCode.Done;
    }

    /// <summary>Where the manifest lies then; what is installed already stays where it is.</summary>
    static async Task<string> InstallAsync(ParseResult parsed, CancellationToken cancel)
    {
        var manifest = ModelFolders.FindManifest(parsed.GetValue(Model)!);
        return ModelFolders.List().Any(folder => folder.Manifest == manifest)
            ? manifest
            : await new ModelShelf(ModelFolders.User).AddAsync(manifest, parsed.GetValue(ModelsPullCommand.Replace), cancel);
    }

    static async Task<string> EmbedAsync(ParseResult parsed, Session session, string manifest, CancellationToken cancel)
    {
        var workers = RunCommand.Workers(parsed);
        using var model = Models.Open(manifest, parsed);
        await using var engine = new EmbeddingEngine(model);
        var modelId = model.Manifest.ModelId.ToString();
        var job = new ModelJob(session.Database, engine, new PipelineOptions
        {
            Cpu = new() { Workers = workers },
            Ingest = FleetCommandOptions.Ingest(),
            Relate = FleetCommandOptions.Relate(),
        });
        var running = job.EmbedAsync(cancel);
        if (!parsed.GetValue(CommonOptions.NoProgress))
        {
            await ProgressBoard.ShowAsync(job, modelId, running);
        }

        await running;
        return modelId;
    }

    static void Write(ParseResult parsed, ModelManifest manifest, string path, RegisteredModel? model, string? active)
    {
        var modelId = manifest.ModelId.ToString();
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                manifest.Name,
                model_id = modelId,
                manifest = path,
                database = model is null ? null : new { model.Vectors, model.Missing, active },
            });
            return;
        }

        Terminal.Line($"{manifest.Name} is installed: {path}");
        if (model is null)
        {
            Terminal.Line($"Use it with: imagepipeline run FOLDER --model {manifest.Name}");
            return;
        }

        Terminal.Line(FormattableString.Invariant($"{model.Vectors:N0} images have a vector of {modelId}")
            + (model.Missing > 0 ? FormattableString.Invariant($"; {model.Missing:N0} do not: run the same command again to try them.") : "."));
        Terminal.Line(model.IsActive
            ? "It is the active model: search and check use it."
            : $"Search and check still use {active}. Change that with: imagepipeline models activate {manifest.Name}");
    }
}
