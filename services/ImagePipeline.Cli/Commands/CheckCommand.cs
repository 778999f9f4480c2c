using System.CommandLine;
using ImagePipeline.Cli.Fleet;
using ImagePipeline.Cli.Output;
using ImagePipeline.Core.Duplicates;
using ImagePipeline.Imaging;
using ImagePipeline.Search;
using ImagePipeline.Search.Duplicates;
using ImagePipeline.Storage;
using Spectre.Console;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>check PICTURE</c>: is it in the collection already?</summary>
static class CheckCommand
{
    static readonly Argument<string> Picture = new("picture") { Description = "An image file. Nothing is stored." };

    public static Command Create() => new Command(
        "check", "Is this picture in the collection already, as what kind of copy, and of which image?")
    {
        Picture, CommonOptions.Model, CommonOptions.Device, CommonOptions.Precision,
    }.WithExamples("""
        imagepipeline check download.jpg
        imagepipeline check download.jpg --json | jq -r .verdict
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var path = parsed.GetValue(Picture)!;
        var bytes = await QueryFile.ReadAsync(path, cancel);
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        await using var opened = await Models.OpenEngineAsync(parsed, session.Database, cancel);
        var engine = opened.Engine;
        await session.RequireModelAsync(engine.Model.Manifest.ModelId, cancel);
        var (source, limits) = (session.Database.Source, ImageLimits.Default);
        var duplicates = new DuplicateStore(source);
        var check = new CopyCheck(
            new HashStore(source), new VectorStore(source), new FileStore(source), engine,
            new PixelTwins(session.Objects, duplicates, new FileStore(source), limits), limits,
            FleetCommandOptions.Relate().CopyProbability);

        var matches = QueryFile.Usable(path, await check.CheckAsync(bytes, cancel));
        var copies = matches.Where(match => match.Kind != DuplicateKind.Similar).ToArray();
        var verdict = copies.Length > 0 ? copies[0].Kind.Code() : "new";
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                file = path,
                verdict,
                matches = matches.Select(match => new
                {
                    kind = match.Kind.Code(),
                    match.Evidence,
                    transform = match.Transform.Code(),
                    match.Distance,
                    match.Probability,
                    match.Image.ImageId,
                    files = match.Image.Files.Select(file => file.Uri),
                }),
            });
        }
        else
        {
            Write(path, copies, [.. matches.Where(match => match.Kind == DuplicateKind.Similar)]);
        }

        return ExitCode.Done;
    }

    static void Write(string path, CopyMatch[] copies, CopyMatch[] similar)
    {
        Terminal.Out.MarkupLine(copies.Length == 0
            ? $"[bold]New:[/] no copy of {Markup.Escape(path)} is in the collection."
            : $"[bold]Known:[/] {Markup.Escape(path)} is {Markup.Escape(Sentence(copies[0]))}");
        foreach (var match in copies.Skip(1))
        {
            Terminal.Out.MarkupLine($"  also {Markup.Escape(Sentence(match))}");
        }

        foreach (var match in similar)
        {
            Terminal.Out.MarkupLine(
                $"  [grey]similar, not a copy: {Markup.Escape(FileNames.Of(match.Image.Files))} (distance {match.Distance:0.000})[/]");
        }
    }

    static string Sentence(CopyMatch match) =>
        (match.Kind switch
        {
            DuplicateKind.SameBytes => "byte for byte the file ",
            DuplicateKind.SamePixels => "pixel for pixel the picture ",
            _ => "an edited copy of ",
        }) + $"{FileNames.Of(match.Image.Files)} ({EvidenceWords.Of(match.Evidence, match.Transform.Code(), match.Distance, match.Probability)})";
}
