using System.CommandLine;
using ImagePipeline.Cli.Output;
using ImagePipeline.Storage.Indexing;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>index drop</c>: before a large ingestion, since an index slows every write.</summary>
static class IndexDropCommand
{
    static readonly Argument<string[]> Names = new("name")
    {
        Description = "Indices as index status names them [default: those of vectors, which slow writes most].",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create() => new Command(
        "drop", "Drop indices, such as those of vectors before a large ingestion: searches compare everything until index build.")
    {
        Names,
    }.WithExamples("""
        imagepipeline index drop
        imagepipeline index drop image_hash_by_band
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var names = parsed.GetValue(Names) ?? [];
        await using var session = await IndexCommand.OpenServerAsync(parsed, cancel);
        var indices = new SearchIndexStore(session.Database.Source);
        var known = await indices.ListAsync(new VectorIndexPolicy(), cancel);
        if (names.FirstOrDefault(name => known.All(state => state.Index.Name != name)) is { } unknown)
        {
            throw new UsageException($"'{unknown}' is no index of this program. imagepipeline index status lists them.");
        }

        var dropped = known.Where(state => state.Bytes is not null && (names.Length == 0
            ? state.Index.Purpose is IndexPurpose.Vectors or IndexPurpose.Copies or IndexPurpose.Codes
            : names.Contains(state.Index.Name))).ToList();
        foreach (var state in dropped)
        {
            await indices.DropAsync(state.Index, cancel);
        }

        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { dropped = dropped.Select(state => state.Index.Name) });
        }
        else
        {
            Terminal.Line(dropped.Count == 0
                ? "There was nothing to drop."
                : $"Dropped {string.Join(", ", dropped.Select(state => state.Index.Name))}.");
        }

        return ExitCode.Done;
    }
}
