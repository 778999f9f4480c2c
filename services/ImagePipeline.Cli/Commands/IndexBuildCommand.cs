using System.CommandLine;
using System.Diagnostics;
using ImagePipeline.Cli.Output;
using ImagePipeline.Storage.Indexing;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>index build</c>: builds what is missing while people go on searching and workers go on
/// writing.</summary>
static class IndexBuildCommand
{
    static readonly VectorIndexPolicy Usual = new();

    static readonly Option<bool> Copies = new("--copies")
    {
        Description = "Also the part of the vectors that tells copies, for models with one (check uses it).",
    };

    static readonly Option<bool> Codes = new("--codes") { Description = "Also the compact codes, where codes train made any." };

    static readonly Option<bool> Rebuild = new("--rebuild")
    {
        Description = "Build those there are anew, with the parameters they have; each takes the old one's place when it is done.",
    };

    static readonly Option<int> Links = new Option<int>("--links")
    {
        Description = "Links of a vector in the graph (m), 4 to 64.",
        HelpName = "N",
        DefaultValueFactory = _ => Usual.Links,
    }.Within(4, 64);

    static readonly Option<int> Candidates = new Option<int>("--candidates")
    {
        Description = "Candidates looked at for each vector while building (ef_construction), 8 to 1000.",
        HelpName = "N",
        DefaultValueFactory = _ => Usual.Candidates,
    }.Within(8, 1000);

    static readonly Option<int> Memory = new Option<int>("--memory")
    {
        Description = "Megabytes of the server's memory for a build; a graph that does not fit takes many times as long.",
        HelpName = "MB",
        DefaultValueFactory = _ => Usual.MemoryMegabytes,
    }.Within(64, 1_000_000);

    static readonly Option<int> Helpers = new Option<int>("--helpers")
    {
        Description = "Processes of the server that help to build, 0 to 64.",
        HelpName = "N",
        DefaultValueFactory = _ => Usual.Workers,
    }.Within(0, 64);

    public static Command Create() => new Command(
        "build", "Build the indices that are missing; searches and writes go on meanwhile. Best after a large ingestion.")
    {
        IndexCommand.Above, Copies, Codes, Rebuild, Links, Candidates, Memory, Helpers,
    }.WithExamples("""
        imagepipeline index build --postgres "Host=db;Username=imagepipeline_owner;Password=…;Database=images"
        imagepipeline index build --memory 8192 --helpers 7    a large server
        imagepipeline index build --copies --codes
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var policy = new VectorIndexPolicy
        {
            Above = parsed.GetValue(IndexCommand.Above),
            Links = parsed.GetValue(Links),
            Candidates = parsed.GetValue(Candidates),
            MemoryMegabytes = parsed.GetValue(Memory),
            Workers = parsed.GetValue(Helpers),
        };
        await using var session = await IndexCommand.OpenServerAsync(parsed, cancel);
        var indices = new SearchIndexStore(session.Database.Source);
        var wanted = (await indices.ListAsync(policy, cancel)).Where(state => IsWanted(state, policy, parsed)).ToList();
        var built = new List<object>();
        foreach (var state in wanted)
        {
            Warn(state, policy);
            var clock = Stopwatch.StartNew();
            var building = indices.BuildAsync(state, policy, parsed.GetValue(Rebuild), cancel);
            await ShowAsync(indices, state.Index, building, !parsed.GetValue(CommonOptions.NoProgress), cancel);
            await building;
            var now = (await indices.ListAsync(policy, cancel)).Single(each => each.Index.Name == state.Index.Name);
            built.Add(new { name = state.Index.Name, rows = now.Rows, bytes = now.Bytes, seconds = Math.Round(clock.Elapsed.TotalSeconds, 1) });
            if (!parsed.GetValue(CommonOptions.Json))
            {
                Terminal.Line(FormattableString.Invariant(
                    $"{state.Index.Name}: {now.Rows:N0} rows, {now.Bytes / 1e6:N0} MB, {clock.Elapsed.TotalSeconds:N1} s"));
            }
        }

        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { built });
        }
        else if (built.Count == 0)
        {
            Terminal.Line("Nothing is missing. (imagepipeline index status shows what there is.)");
        }

        return ExitCode.Done;
    }

    static bool IsWanted(SearchIndexState state, VectorIndexPolicy policy, ParseResult parsed) => policy.Wants(state.Rows)
        && (!state.IsValid || parsed.GetValue(Rebuild))
        && state.Index.Purpose switch
        {
            IndexPurpose.Copies => state.Bytes is not null || parsed.GetValue(Copies),
            IndexPurpose.Codes => state.Bytes is not null || parsed.GetValue(Codes),
            _ => true,
        };

    static void Warn(SearchIndexState state, VectorIndexPolicy policy)
    {
        var needed = policy.GraphMegabytes(state.Rows, state.Index.VectorBytes);
        if (state.Index.VectorBytes > 0 && needed > policy.MemoryMegabytes)
        {
            Console.Error.WriteLine(FormattableString.Invariant(
                $"imagepipeline: the graph of {state.Index.Name} takes about {needed:N0} MB and may have {policy.MemoryMegabytes:N0}; ")
                + "if the server has more to spare, --memory makes the build many times faster.");
        }
    }

    static async Task ShowAsync(SearchIndexStore indices, SearchIndex index, Task building, bool isWanted, CancellationToken cancel)
    {
        if (!isWanted)
        {
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var percent = 0L;
        var asking = PollAsync();
        await ProgressBoard.ShowAsync(() => [(index.Name, Interlocked.Read(ref percent), 100)], building);
        await stop.CancelAsync();
        await asking;

        async Task PollAsync()
        {
            try
            {
                while (!building.IsCompleted)
                {
                    await Task.Delay(TimeSpan.FromSeconds(1), stop.Token);
                    if (await indices.ProgressAsync(index, stop.Token) is (_, { } share))
                    {
                        Interlocked.Exchange(ref percent, (long)(100 * share));
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // The build is over.
            }
        }
    }
}
