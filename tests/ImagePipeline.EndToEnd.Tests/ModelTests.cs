using System.Diagnostics;
using System.Text.Json;
using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;
using Npgsql;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>Models of the user's own, by the program: add, list, verify, activate, and what search and run make of it.</summary>
public sealed class ModelTests : IDisposable
{
    const int Pictures = 24;

    readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    string Shelf => Path.Combine(_place.Root, "models");

    [Fact]
    public async Task A_model_is_added_beside_the_active_one_and_takes_its_place_when_activated()
    {
        foreach (var file in SampleFolder.Plan(40, seed: 1))
        {
            _place.Write(file.Path, file.Bytes());
        }

        (await RunAsync("run", _place.Pictures)).Expect(0);
        var images = (await ListAsync())["fingerprint_2"].Vectors;
        var own = OwnModel.Write(Path.Combine(_place.Root, "own"));

        var added = (await RunAsync("models", "add", own.Manifest, "--json")).Expect(0).Json.GetProperty("database");
        var before = await ActiveAsync();
        var pairs = await PairsAsync();
        var activated = (await RunAsync("models", "activate", "mine", "--json")).Expect(0).Json;
        var after = await ActiveAsync();

        Assert.Equal((images, 0), (added.GetProperty("vectors").GetInt32(), added.GetProperty("missing").GetInt32()));
        Assert.InRange(images, 30, 40);
        Assert.Equal("fingerprint_2", added.GetProperty("active").GetString());
        Assert.Equal(("fingerprint_2", "fingerprint_2"), before);
        Assert.Equal(("mine_1", "mine_1"), after);
        Assert.True(activated.GetProperty("changed").GetBoolean());
        // The same graph finds the same pairs; whose they are has changed.
        Assert.NotEmpty(pairs);
        Assert.All(pairs, pair => Assert.StartsWith("fingerprint_2 ", pair, StringComparison.Ordinal));
        Assert.Equal(pairs.Select(pair => pair.Replace("fingerprint_2", "mine_1", StringComparison.Ordinal)), await PairsAsync());
    }

    [Fact]
    public async Task Run_and_search_use_the_active_model_unless_they_name_another()
    {
        Draw();
        (await RunAsync("run", _place.Pictures)).Expect(0);
        (await RunAsync("models", "add", OwnModel.Write(Path.Combine(_place.Root, "own")).Manifest)).Expect(0);
        (await RunAsync("models", "activate", "mine_1")).Expect(0);

        Write(Pictures);
        var report = (await RunAsync("run", _place.Pictures, "--json")).Expect(0).Json;
        var other = (await RunAsync("search", _place.Picture("0.png"), "--model", "fingerprint", "--json")).Expect(0).Json;
        var check = (await RunAsync("check", _place.Picture($"{Pictures}.png"), "--json")).Expect(0).Json;

        Assert.Contains("embed:mine_1", report.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("name").GetString()));
        Assert.Equal("fingerprint_2", other.GetProperty("model").GetString());
        Assert.Equal("same_bytes", check.GetProperty("verdict").GetString());
        var models = await ListAsync();
        Assert.Equal((Pictures, 1, false), models["fingerprint_2"]);
        Assert.Equal((Pictures + 1, 0, true), models["mine_1"]);
    }

    [Fact]
    public async Task An_active_model_that_is_not_installed_here_stops_run_and_search_with_what_to_do()
    {
        Draw();
        var own = OwnModel.Write(Path.Combine(_place.Root, "own"));
        (await RunAsync("run", _place.Pictures, "--model", own.Manifest)).Expect(0);

        foreach (var command in (string[][])[["run", _place.Pictures], ["search", _place.Picture("0.png")]])
        {
            var fault = (await RunAsync(command)).Expect(3).Error;
            Assert.Contains("mine_1", fault, StringComparison.Ordinal);
            Assert.Contains("imagepipeline models add", fault, StringComparison.Ordinal);
        }

        (await RunAsync("models", "add", own.Manifest)).Expect(0);
        (await RunAsync("search", _place.Picture("0.png"))).Expect(0);
    }

    [Fact]
    public async Task A_killed_add_is_completed_by_the_next()
    {
        const int Many = 400;
        Draw(Many);
        (await RunAsync("run", _place.Pictures)).Expect(0);
        var own = OwnModel.Write(Path.Combine(_place.Root, "own"));

        using (var program = Start("models", "add", own.Manifest, "--workers", "1"))
        {
            await UntilVectorsAsync(program);
            program.Kill();
            await program.EndAsync(TimeSpan.FromMinutes(2));
        }

        var between = await ListAsync();
        var added = (await RunAsync("models", "add", own.Manifest, "--json")).Expect(0).Json.GetProperty("database");

        Assert.Equal(Many, between["mine_1"].Vectors + between["mine_1"].Missing);
        Assert.Equal((Many, 0), (added.GetProperty("vectors").GetInt32(), added.GetProperty("missing").GetInt32()));
        Assert.Equal(("fingerprint_2", "fingerprint_2"), await ActiveAsync());
    }

    [Fact]
    public async Task A_model_that_nothing_has_a_vector_of_is_not_activated()
    {
        Draw();
        (await RunAsync("run", _place.Pictures)).Expect(0);
        (await RunAsync("sql", "select 1")).Expect(0);
        await ExecuteAsync("INSERT INTO model (model_id, name, version, dimensions, manifest) VALUES ('bare_1', 'bare', '1', 4, '{}')");
        await ExecuteAsync("SELECT make_embedding_table('bare_1')");

        var bare = (await RunAsync("models", "activate", "bare")).Expect(2);
        var unknown = (await RunAsync("models", "activate", "unknown")).Expect(2);

        Assert.Contains("imagepipeline models add bare", bare.Error, StringComparison.Ordinal);
        Assert.Contains("fingerprint_2, bare_1", unknown.Error, StringComparison.Ordinal);
        Assert.Equal(("fingerprint_2", "fingerprint_2"), await ActiveAsync());
    }

    [Fact]
    public async Task Activating_one_that_lacks_images_says_how_many()
    {
        Draw();
        (await RunAsync("run", _place.Pictures)).Expect(0);
        (await RunAsync("models", "add", OwnModel.Write(Path.Combine(_place.Root, "own")).Manifest)).Expect(0);
        Write(Pictures);
        (await RunAsync("run", _place.Pictures)).Expect(0);

        var activated = (await RunAsync("models", "activate", "mine")).Expect(0);

        Assert.Contains("1 images have no vector of mine_1", activated.Error, StringComparison.Ordinal);
        Assert.Contains("imagepipeline models add mine", activated.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_tells_good_models_from_bad_ones()
    {
        var good = OwnModel.Write(Path.Combine(_place.Root, "good"));
        var long_ = OwnModel.Write(Path.Combine(_place.Root, "long"));
        long_.Edit("\"dimensions\": 512", "\"dimensions\": 255");
        var changed = OwnModel.Write(Path.Combine(_place.Root, "changed"));
        File.AppendAllText(Path.ChangeExtension(changed.Manifest, ".onnx"), "x");

        var fine = (await RunAsync("models", "verify", good.Manifest, "--json")).Expect(0).Json[0];
        var wrong = (await RunAsync("models", "verify", long_.Manifest)).Expect(1);
        var other = (await RunAsync("models", "verify", changed.Manifest)).Expect(1);
        (await RunAsync("models", "verify", "nowhere")).Expect(2);
        var all = (await RunAsync("models", "verify", "--json")).Expect(0).Json;

        Assert.Equal(("mine_1", 512), (fine.GetProperty("model").GetString(), fine.GetProperty("dimensions").GetInt32()));
        Assert.Equal(1, fine.GetProperty("norm").GetDouble(), 3);
        Assert.True(fine.GetProperty("milliseconds_per_picture").GetDouble() > 0);
        Assert.Contains("output.dimensions", wrong.Out, StringComparison.Ordinal);
        Assert.Contains("sha256", other.Out, StringComparison.Ordinal);
        Assert.Contains("fingerprint_2", all.EnumerateArray().Select(report => report.GetProperty("model").GetString()));
    }

    [Fact]
    public async Task A_model_that_does_not_work_is_not_installed_and_a_taken_name_is_kept()
    {
        var bad = OwnModel.Write(Path.Combine(_place.Root, "bad"), "broken");
        bad.Edit("\"width_px\": 128", "\"width_px\": 96");
        var one = OwnModel.Write(Path.Combine(_place.Root, "one"));
        var two = OwnModel.Write(Path.Combine(_place.Root, "two"));
        two.Edit("\"version\": \"1\"", "\"version\": \"2\"");

        (await RunAsync("models", "add", bad.Manifest)).Expect(3);
        (await RunAsync("models", "add", one.Manifest)).Expect(0);
        (await RunAsync("models", "add", one.Manifest)).Expect(0);
        var taken = (await RunAsync("models", "add", two.Manifest)).Expect(2);
        (await RunAsync("models", "add", OwnModel.Write(Path.Combine(_place.Root, "as"), "fingerprint").Manifest)).Expect(2);
        var kept = (await RunAsync("models", "list", "--json")).Expect(0).Json;
        (await RunAsync("models", "add", two.Manifest, "--replace")).Expect(0);
        var replaced = (await RunAsync("models", "list", "--json")).Expect(0).Json;

        Assert.Contains("--replace", taken.Error, StringComparison.Ordinal);
        Assert.Equal(["mine_1"], Yours(kept));
        Assert.Equal(["mine_2"], Yours(replaced));
        Assert.Equal(JsonValueKind.Null, kept.GetProperty("database").ValueKind);
        Assert.Contains("dinov2-small", kept.GetProperty("catalogue").EnumerateArray().Select(entry => entry.GetProperty("name").GetString()));
        Assert.Equal(["mine"], Directory.GetDirectories(Shelf).Select(folder => Path.GetFileName(folder)));
        Assert.False(Directory.Exists(_place.Data));
    }

    [Fact]
    public async Task Embedding_where_there_is_no_database_is_refused_and_makes_none()
    {
        var own = OwnModel.Write(Path.Combine(_place.Root, "own"));

        var refused = (await RunAsync("models", "add", own.Manifest, "--embed")).Expect(2);

        Assert.Contains("imagepipeline run FOLDER", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_place.Data));
    }

    static IEnumerable<string?> Yours(JsonElement list) => list.GetProperty("installed").EnumerateArray()
        .Where(model => model.GetProperty("where").GetString() == "yours").Select(model => model.GetProperty("model_id").GetString());

    void Draw(int count = Pictures)
    {
        for (var number = 0; number < count; number++)
        {
            Write(number);
        }
    }

    void Write(int number) =>
        _place.Write($"{number}.png", ImageEncoder.ToPng(RgbPicture.Scene(500 + number, 160, 120).Rgb, 160, 120));

    async Task<(string? Listed, string? Searched)> ActiveAsync()
    {
        var models = await ListAsync();
        var picture = Directory.EnumerateFiles(_place.Pictures, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        var found = (await RunAsync("search", picture, "--json")).Expect(0).Json;
        return (models.Single(model => model.Value.Active).Key, found.GetProperty("model").GetString());
    }

    async Task<Dictionary<string, (int Vectors, int Missing, bool Active)>> ListAsync() =>
        (await RunAsync("models", "list", "--json")).Expect(0).Json.GetProperty("database").GetProperty("models").EnumerateArray()
        .ToDictionary(
            model => model.GetProperty("model_id").GetString()!,
            model => (model.GetProperty("vectors").GetInt32(), model.GetProperty("missing").GetInt32(), model.GetProperty("active").GetBoolean()));

    async Task<List<string>> PairsAsync() =>
        [.. (await RunAsync(
            "sql", "select model_id || ' ' || a || ' ' || b || ' ' || kind as pair from near_duplicate where model_id is not null order by 1",
            "--json")).Expect(0).Json.EnumerateArray().Select(row => row.GetProperty("pair").GetString()!)];

    async Task UntilVectorsAsync(ImagePipelineProgram program)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(10))
        {
            Assert.True(!program.HasEnded && waited.Elapsed < TimeSpan.FromMinutes(1), $"never under way\n{program.Error}");
            try
            {
                if (await ExecuteAsync("SELECT count(*) FROM embedding_mine_1") is > 0L)
                {
                    return;
                }
            }
            catch (NpgsqlException)
            {
                // Not refingerprintered yet.
            }
        }
    }

    async Task<object?> ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(
            $"Host={Path.Combine(_place.Data, "db")};Port=1;Username=postgres;Database=postgres;SSL Mode=Disable;No Reset On Close=true");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    ImagePipelineProgram Start(params string[] arguments) => ImagePipelineProgram.Start(
        new Dictionary<string, string> { ["IMAGEPIPELINE_MODELS"] = Shelf }, [.. arguments, "--data", _place.Data, "--no-progress"]);

    async Task<CommandResult> RunAsync(params string[] arguments)
    {
        using var program = Start(arguments);
        return await program.EndAsync(TimeSpan.FromMinutes(3));
    }
}
