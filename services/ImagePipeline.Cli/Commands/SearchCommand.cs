using System.CommandLine;
using ImagePipeline.Cli.Output;
using ImagePipeline.Imaging;
using ImagePipeline.Search;
using ImagePipeline.Storage;
using Spectre.Console;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>search PICTURE</c>: the nearest images.</summary>
static class SearchCommand
{
    static readonly Argument<string> Query = new("picture")
    {
        Description = "An image file, in the collection or not, or the id of an image of the collection.",
    };

    static readonly Option<int> K = new("-k")
    {
        Description = "Most results, 1 to 1000.",
        HelpName = "N",
        DefaultValueFactory = _ => 10,
    };

    static readonly Option<string?> Html = new("--html")
    {
        Description = "Write one self-contained page with thumbnails.",
        HelpName = "out.html",
    };

    public static Command Create() => new Command("search", "Find the images that look most like a picture.")
    {
        Query, K, Html, CommonOptions.Model, CommonOptions.Device, CommonOptions.Precision,
    }.WithExamples("""
        imagepipeline search holiday.jpg
        imagepipeline search holiday.jpg -k 50 --html found.html
        imagepipeline search 0a1b2c3d-0000-0000-0000-000000000000 --json
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var (query, k) = (parsed.GetValue(Query)!, parsed.GetValue(K));
        if (k is < 1 or > 1000)
        {
            throw new UsageException("-k takes 1 to 1000.");
        }

        var imageId = Guid.TryParse(query, out var id) && !File.Exists(query) ? id : (Guid?)null;
        var bytes = imageId is null ? await QueryFile.ReadAsync(query, cancel) : [];
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        await using var opened = await Models.OpenEngineAsync(parsed, session.Database, cancel);
        var engine = opened.Engine;
        var source = session.Database.Source;
        await session.RequireModelAsync(engine.Model.Manifest.ModelId, cancel);
        var files = new FileStore(source);
        var search = new PictureSearch(
            new VectorStore(source), new FilteredImages(source), files, engine, ImageLimits.Default);

        var hits = imageId is { } known
            ? await search.NearImageAsync(known, new SearchWish(k), cancel)
                ?? throw new UsageException($"image {known} is not in the collection, or has no vector of this model yet.")
            : QueryFile.Usable(query, await search.NearPictureAsync(bytes, new SearchWish(k), cancel));
        if (parsed.GetValue(Html) is { } page)
        {
            var picture = imageId is { } stored
                ? await PagePictures.OfAsync(session.Objects, (await files.OfImagesAsync([stored], cancel))[stored], cancel)
                : PagePictures.OfQuery(query, bytes);
            var modelId = engine.Model.Manifest.ModelId.ToString();
            await SearchPages.WriteAsync(
                session.Objects, page, picture, hits, modelId, await new VectorStore(source).CountAsync(modelId, cancel), cancel);
            await Console.Error.WriteLineAsync($"imagepipeline: wrote {page}");
        }

        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { query, model = engine.Model.Manifest.ModelId.ToString(), hits });
        }
        else
        {
            WriteTable(hits);
        }

        return ExitCode.Done;
    }

    static void WriteTable(IReadOnlyList<SearchHit> hits)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn(new TableColumn("#").RightAligned())
            .AddColumn(new TableColumn("distance").RightAligned())
            .AddColumn(new TableColumn("size").RightAligned())
            .AddColumn(new TableColumn("file").NoWrap());
        foreach (var hit in hits)
        {
            table.AddRow(
                $"{hit.Rank}", FormattableString.Invariant($"{hit.Distance:0.0000}"),
                $"{hit.Image.WidthPx} x {hit.Image.HeightPx}", Markup.Escape(FileNames.Of(hit.Image.Files)));
        }

        Terminal.Out.Write(table);
    }
}
