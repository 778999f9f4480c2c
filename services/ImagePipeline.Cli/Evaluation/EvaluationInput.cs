using System.CommandLine;
using ImagePipeline.Inference;
using ImagePipeline.Ingest;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Cli.Evaluation;

/// <summary>What all evaluations take from the command line.</summary>
static class EvaluationInput
{
    /// <summary>Models to try.</summary>
    public static readonly Option<string[]> ModelNames = new("--model")
    {
        Description = "Embedding models to try, each a name from models/, an .onnx file or its manifest .json [default: the product's own].",
        HelpName = "M",
    };

    /// <summary>Opens every model that is named.</summary>
    public static OpenedModels OpenModels(ParseResult parsed)
    {
        var provider = Enum.Parse<ExecutionProvider>(parsed.GetValue(CommonOptions.Device)!, ignoreCase: true);
        var opened = new OpenedModels();
        foreach (var name in Names(parsed))
        {
            var model = EmbeddingModel.Open(name, new ModelOptions { Provider = provider });
            opened.Add(new OpenedEngine(model, new EmbeddingEngine(model)));
        }

        return opened;
    }

    /// <summary>The models that are named, or the product's own.</summary>
    public static string[] Names(ParseResult parsed) => parsed.GetValue(ModelNames) is { Length: > 0 } names ? names : [Models.Default];

    /// <summary>Every file of some folders, in order.</summary>
    /// <exception cref="UsageException">One is not there.</exception>
    public static string[] Files(params IReadOnlyCollection<string> folders)
    {
        if (folders.FirstOrDefault(folder => !Directory.Exists(folder)) is { } missing)
        {
            throw new UsageException($"there is no folder '{missing}'.");
        }

        return [.. FolderWalk.Walk(folders).Select(file => FolderObjects.PathOf(file.Uri)).Order(StringComparer.Ordinal)];
    }

    /// <summary>So many files spread evenly over all, and the rest.</summary>
    public static (string[] Chosen, string[] Others) Spread(string[] files, int limit)
    {
        if (limit >= files.Length)
        {
            return (files, []);
        }

        var chosen = Enumerable.Range(0, Math.Max(0, limit)).Select(at => files[(int)((long)at * files.Length / limit)]).ToHashSet();
        return ([.. files.Where(chosen.Contains)], [.. files.Where(file => !chosen.Contains(file))]);
    }
}

/// <summary>Models and their engines, which are all disposed.</summary>
sealed class OpenedModels : List<OpenedEngine>, IAsyncDisposable
{
    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var model in this)
        {
            await model.DisposeAsync();
        }
    }
}
