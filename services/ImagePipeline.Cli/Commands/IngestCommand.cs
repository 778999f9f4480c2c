using System.CommandLine;
using ImagePipeline.Cli.Fleet;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>ingest SOURCE</c>: a job over a folder, a bucket or a list.</summary>
static class IngestCommand
{
    public static readonly Argument<string?> Source = new("source")
    {
        Description = "A folder, or s3://bucket/prefix. With --manifest: the folder that relative paths begin in; "
            + "with --inventory: the part of the bucket to ingest.",
        HelpName = "SOURCE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static readonly Option<string[]> Include = new("--include")
    {
        Description = "Only these: '*.jpg' at any depth, '2024/**' below the source; * ? ** [a-z] {a,b}. May be repeated.",
        HelpName = "GLOB",
    };

    public static readonly Option<string[]> Exclude = new("--exclude")
    {
        Description = "Not these, even if included. May be repeated.",
        HelpName = "GLOB",
    };

    public static readonly Option<string?> MinSize = new("--min-size") { Description = "Only from this size on.", HelpName = "10kB" };
    public static readonly Option<string?> MaxSize = new("--max-size") { Description = "Only up to this size.", HelpName = "50MB" };

    public static readonly Option<string?> Manifest = new("--manifest")
    {
        Description = "Ingest what a text file lists: one address (s3://…, file:///…) or path a line.",
        HelpName = "FILE",
    };

    public static readonly Option<string?> Inventory = new("--inventory")
    {
        Description = "Ingest what an S3 inventory lists, in place of listing the bucket: its manifest.json (CSV reports).",
        HelpName = "URI",
    };

    public static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Count what the real run would: list, filter, compare, read and check, but store nothing but the job and its counts. "
            + "It costs the listing and the download of what is not known yet.",
    };

    public static readonly Option<string> OnErrors = new("--on-errors")
    {
        Description = "When objects are rejected or fail: continue, stop at the first, or stop after N.",
        HelpName = "stop|continue|N",
        DefaultValueFactory = _ => "continue",
    };

    public static readonly Option<bool> Detach = new("--detach")
    {
        Description = "Only begin the job; an ingest service on the same database does the work.",
    };

    public static Command Create() => new Command(
        "ingest", "Ingest a folder, a bucket or a list as a job that can be watched, paused and resumed.")
    {
        Source, Include, Exclude, MinSize, MaxSize, Manifest, Inventory, DryRun, OnErrors, Detach,
        BrokerOptions.RabbitMq, CommonOptions.Model, CommonOptions.Device, CommonOptions.Precision, CommonOptions.Workers,
    }.WithExamples("""
        imagepipeline ingest ~/Pictures --include '*.jpg' --min-size 10kB
        imagepipeline ingest s3://photos/2024/ --exclude '**/thumbs/**' --dry-run
        imagepipeline ingest --manifest list.txt --on-errors 100
        imagepipeline ingest s3://photos/ --inventory s3://reports/photos/daily/2026-01-31T01-00Z/manifest.json
        imagepipeline ingest s3://photos/ --detach --postgres "Host=…"     then: imagepipeline jobs watch ID
        Without a broker ($IMAGEPIPELINE_RABBITMQ or --rabbitmq) every stage runs in this process, as with run.
        With one, images are handed to the services of the fleet. Ctrl-C pauses the job; jobs resume goes on.
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var isDetached = parsed.GetValue(Detach);
        if (isDetached && string.IsNullOrEmpty(parsed.GetValue(CommonOptions.Postgres)))
        {
            throw new UsageException(
                $"--detach leaves the work to an ingest service, which needs a database of both: --postgres or ${CommonOptions.PostgresVariable}.");
        }

        using var objects = FleetCommandOptions.Stores();
        var request = await IngestRequest.ReadAsync(parsed, objects, cancel);
        await using var session = await Session.OpenAsync(parsed, cancel);
        return await JobRun.StartAsync(parsed, session, request, isDetached, cancel);
    }
}
