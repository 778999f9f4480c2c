using System.Diagnostics;
using System.Text.Json;
using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;
using Npgsql;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>A run that is stopped, killed or watched; nothing may be lost or doubled.</summary>
public sealed class InterruptionTests : IDisposable
{
    const int Scenes = 40;
    const int Files = 1600;

    readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Ctrl_c_ends_a_run_with_its_counts_and_the_next_run_completes_it()
    {
        Draw();
        using var program = Start();
        await UntilUnderWayAsync(program);

        program.SendInterrupt();
        var interrupted = (await program.EndAsync(TimeSpan.FromMinutes(2))).Expect(130).Json;
        var resumed = (await RunAsync()).Expect(0).Json;

        Assert.True(interrupted.GetProperty("interrupted").GetBoolean());
        Assert.Equal(Sum(interrupted), interrupted.GetProperty("discovered").GetInt32());
        Assert.Equal(
            Files - interrupted.GetProperty("ingested").GetInt32(), resumed.GetProperty("ingested").GetInt32());
        await AssertCompleteAsync(resumed);
    }

    [Fact]
    public async Task A_killed_run_is_completed_by_the_next()
    {
        Draw();
        using (var program = Start())
        {
            await UntilUnderWayAsync(program);
            program.Kill();
            await program.EndAsync(TimeSpan.FromMinutes(2));
        }

        var resumed = (await RunAsync()).Expect(0).Json;

        await AssertCompleteAsync(resumed);
    }

    [Fact]
    public async Task Other_commands_work_beside_a_run_on_the_same_database()
    {
        Draw();
        using var program = Start();
        await UntilUnderWayAsync(program);

        var answers = await Task.WhenAll(AskAsync("status", "--json"), AskAsync("search", _place.Picture("0-000.png"), "--json"));
        var report = (await program.EndAsync(TimeSpan.FromMinutes(2))).Expect(0).Json;

        var job = answers[0].Expect(0).Json.GetProperty("latest_job");
        // Asked while the run was under way; a busy machine may answer only after its end.
        Assert.Contains(job.GetProperty("state").ToString(), new[] { "running", "done" });
        answers[1].Expect(0);
        await AssertCompleteAsync(report);
    }

    [Fact]
    public async Task A_database_that_goes_away_ends_the_run_with_a_word_and_the_next_run_completes_it()
    {
        Draw();
        using var program = Start();
        await UntilUnderWayAsync(program);

        Workplace.EndServer(_place.Data);
        var stopped = (await program.EndAsync(TimeSpan.FromMinutes(2))).Expect(3);
        var resumed = (await RunAsync()).Expect(0).Json;

        Assert.Contains("imagepipeline: ", stopped.Error, StringComparison.Ordinal);
        await AssertCompleteAsync(resumed);
    }

    [Fact]
    public async Task Two_runs_at_once_over_one_folder_store_everything_once()
    {
        Draw();
        using var one = Start();
        using var other = Start();

        var reports = await Task.WhenAll(one.EndAsync(TimeSpan.FromMinutes(2)), other.EndAsync(TimeSpan.FromMinutes(2)));

        Assert.All(reports, report => Assert.Equal(Files, Sum(report.Expect(0).Json)));
        await AssertCompleteAsync((await RunAsync()).Expect(0).Json);
    }

    /// <summary>Every scene in every brightness, as PNG: distinct bytes, cheap to draw.</summary>
    void Draw()
    {
        for (var scene = 0; scene < Scenes; scene++)
        {
            var picture = RgbPicture.Scene(1000 + scene, 96, 64);
            for (var shade = 0; shade < Files / Scenes; shade++)
            {
                picture.Rgb[shade] ^= 0x55;
                _place.Write($"{scene}-{shade:000}.png", ImageEncoder.ToPng(picture.Rgb, 96, 64));
            }
        }
    }

    ImagePipelineProgram Start() => ImagePipelineProgram.Start("run", _place.Pictures, "--data", _place.Data, "--json");

    Task<CommandResult> RunAsync() =>
        ImagePipelineProgram.RunAsync("run", _place.Pictures, "--data", _place.Data, "--json", "--no-progress");

    Task<CommandResult> AskAsync(params string[] arguments) => ImagePipelineProgram.RunAsync([.. arguments, "--data", _place.Data]);

    /// <summary>Until the first images are in the database, which is asked as the program itself asks it.</summary>
    async Task UntilUnderWayAsync(ImagePipelineProgram program)
    {
        await using var source = NpgsqlDataSource.Create(
            $"Host={Path.Combine(_place.Data, "db")};Port=1;Username=postgres;Database=postgres;SSL Mode=Disable;No Reset On Close=true");
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            Assert.True(!program.HasEnded && waited.Elapsed < TimeSpan.FromMinutes(1), $"never under way\n{program.Error}");
            try
            {
                await using var command = source.CreateCommand("SELECT count(*) FROM image");
                if (await command.ExecuteScalarAsync() is > 0L)
                {
                    return;
                }
            }
            catch (NpgsqlException)
            {
                // Not started yet, or without tables yet.
            }
        }
    }

    async Task AssertCompleteAsync(JsonElement report)
    {
        Assert.Equal(Files, report.GetProperty("discovered").GetInt32());
        Assert.Equal(Files, Sum(report));
        Assert.False(report.TryGetProperty("interrupted", out _));
        var rows = (await AskAsync("sql", """
            select (select count(*) from image) as images, (select count(*) from image_source) as files,
                   (select count(*) from image_hash) as hashes, (select count(*) from embedding_fingerprint_2) as vectors,
                   (select count(*) from image_stage where state = 'done') as done,
                   (select count(*) from duplicate_member where family = 'copy') as members
            """, "--json")).Expect(0).Json[0];
        Assert.Equal(
            new { images = Files, files = Files, hashes = Files, vectors = Files, done = 4 * Files },
            new
            {
                images = rows.GetProperty("images").GetInt32(),
                files = rows.GetProperty("files").GetInt32(),
                hashes = rows.GetProperty("hashes").GetInt32(),
                vectors = rows.GetProperty("vectors").GetInt32(),
                done = rows.GetProperty("done").GetInt32(),
            });
        Assert.True(rows.GetProperty("members").GetInt32() > Files / 2, rows.ToString());
    }

    static int Sum(JsonElement report) =>
        report.GetProperty("ingested").GetInt32() + report.GetProperty("already_known").GetInt32()
        + report.GetProperty("rejected").EnumerateObject().Sum(reason => reason.Value.GetInt32())
        + report.GetProperty("failed").EnumerateObject().Sum(reason => reason.Value.GetInt32());
}
