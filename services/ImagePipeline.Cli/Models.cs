using System.CommandLine;
using ImagePipeline.Cli.Catalogue;
using ImagePipeline.Inference;
using ImagePipeline.Search;
using ImagePipeline.Storage;

namespace ImagePipeline.Cli;

/// <summary>Opens models as the command line names them, or as the database does where it names none.</summary>
static class Models
{
    /// <summary>Name of the product's own model under <c>models/</c>.</summary>
    public const string Default = "fingerprint";

    /// <summary>An engine over the model named by <c>--model</c>, or else over the product's own; for commands without a database.</summary>
    public static OpenedEngine OpenEngine(ParseResult parsed) => Start(Open(parsed));

    /// <summary>An engine over the model named by <c>--model</c>, or else over the database's active one.</summary>
    /// <exception cref="ModelException">The active model is not installed here: another would give vectors that cannot be compared.</exception>
    public static async Task<OpenedEngine> OpenEngineAsync(ParseResult parsed, Database database, CancellationToken cancel) =>
        Start(parsed.GetValue(CommonOptions.Model) is null
            && await new ActiveModelStore(database.Source).FindAsync(cancel) is { } active
                ? Open(Installed(active)?.Manifest ?? throw Absent(active), parsed)
                : Open(parsed));

    /// <summary>The model named by <c>--model</c> and <c>--device</c>.</summary>
    public static EmbeddingModel Open(ParseResult parsed) => Open(parsed.GetValue(CommonOptions.Model) ?? Default, parsed);

    /// <summary>A model, where <c>--device</c> says. Where that was left to the program, what it chose and why goes to standard error in one
    /// line: a model that quietly runs on the wrong device costs hours.</summary>
    public static EmbeddingModel Open(string pathOrName, ParseResult parsed)
    {
        var model = OpenQuietly(pathOrName, parsed);
        if (Provider(parsed) == ExecutionProvider.Auto)
        {
            Console.Error.WriteLine($"imagepipeline: {model.Manifest.ModelId} runs on {model.ProviderReason}.");
        }

        return model;
    }

    /// <summary>The same without a word, for whoever shows the reason itself.</summary>
    public static EmbeddingModel OpenQuietly(string pathOrName, ParseResult parsed) => EmbeddingModel.Open(
        pathOrName,
        new ModelOptions
        {
            Provider = Provider(parsed),
            Precision = Enum.Parse<ModelPrecision>(parsed.GetValue(CommonOptions.Precision) ?? "auto", ignoreCase: true),
        });

    /// <summary>The folder that holds a registered model, file and all; null where none does.</summary>
    public static ModelFolder? Installed(ModelRow row) => InstalledModels.Find(row);

    static ExecutionProvider Provider(ParseResult parsed) =>
        Enum.Parse<ExecutionProvider>(parsed.GetValue(CommonOptions.Device)!, ignoreCase: true);

    static ModelException Absent(ModelRow active) => new(
        active.ModelId, null,
        $"it is the active model of this database, and its file (SHA-256 {active.Sha256 ?? "unknown"}) is not installed here",
        $"Get it with: imagepipeline models {(ModelCatalogue.Find(active.Name) is null ? "add PATH" : $"pull {active.Name}")}; make another "
        + "the active one with: imagepipeline models activate NAME; or name one for this command alone with --model.");

    static OpenedEngine Start(EmbeddingModel model) => new(model, new EmbeddingEngine(model));
}
