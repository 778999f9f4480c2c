using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using static ImagePipeline.Services.Tests.Http.UploadBodies;

namespace ImagePipeline.Services.Tests.Http;

/// <summary>Uploads to the service as it runs, on real servers.</summary>
public sealed class Uploads : IAsyncLifetime
{
    const int MaxImageBytes = 1 << 20;

    IngestProcess _service = null!;

    public async ValueTask InitializeAsync()
    {
        _service = await IngestProcess.StartAsync(
            ("Access__Keys__0__Name", "tests"), ("Access__Keys__0__Key", IngestProcess.Key),
            ("Upload__MaxImageBytes", $"{MaxImageBytes}"), ("Upload__MaxUploads", "8"));
        await _service.ReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_image_is_new_once_and_known_ever_after()
    {
        var picture = Jpeg(1);

        var (first, one) = await _service.UploadAsync(Body(picture));
        var (second, other) = await _service.UploadAsync(Body(picture, "application/octet-stream"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first, second));
        Assert.Equal(("new", "already_known"), (State(one, 0), State(other, 0)));
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(picture));
        Assert.Equal(sha256[..32], one.GetProperty("images")[0].GetProperty("image_id").GetGuid().ToString("n"));
        Assert.Equal([Path.Combine("upload", sha256[..2], sha256)], StoredObjects());
        Assert.Equal(picture, await File.ReadAllBytesAsync(Path.Combine(_service.ObjectRoot, StoredObjects()[0])));
        Assert.Equal("2 1 1 0 0 t", await _service.CountsAsync());
    }

    [Fact]
    public async Task The_hasher_and_the_embedder_would_hear_of_a_new_image()
    {
        await _service.UploadAsync(Body(Jpeg(2)));

        var metrics = await _service.Client.GetStringAsync("/metrics");
        Telemetry.Promtool.Check(metrics);
        Assert.Contains("imagepipeline_stage_images_total{outcome=\"new\",stage=\"ingest\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Matches("messaging_masstransit_send_total\\{[^}]*ImageIngested[^}]*\\} 1\n", metrics);
    }

    [Fact]
    public async Task Each_file_of_a_form_gets_its_own_answer()
    {
        var good = Jpeg(3);
        var (status, answer) = await _service.UploadAsync(Form(
            ("one.jpg", good), ("again.jpg", good), ("two.png", Png(4)), ("empty.jpg", []), ("notes.txt", "no picture"u8.ToArray()), ("large.jpg", new byte[MaxImageBytes + 1])));

        Assert.Equal(HttpStatusCode.MultiStatus, status);
        Assert.Equal(
            [
                "one.jpg new -", "again.jpg already_known -", "two.png new -", "empty.jpg rejected empty_file",
                "notes.txt rejected not_an_image", "large.jpg rejected too_many_bytes",
            ],
            answer.GetProperty("images").EnumerateArray().Select(image =>
                $"{image.GetProperty("name").GetString()} {image.GetProperty("state").GetString()} "
                + (image.TryGetProperty("reason", out var reason) ? reason.GetString() : "-")));
        Assert.Equal((2, 1, 3), (Number(answer, "new"), Number(answer, "already_known"), Number(answer, "rejected")));
        Assert.Equal(2, StoredObjects().Length);
        Assert.Equal("6 2 1 3 0 t", await _service.CountsAsync());
        Assert.Equal("3", await _service.RowAsync("SELECT sum(count) FROM ingest_job_reason WHERE state = 'rejected'"));
    }

    [Fact]
    public async Task A_form_of_nothing_but_bad_files_is_not_taken()
    {
        var (status, answer) = await _service.UploadAsync(Body("no picture"u8.ToArray()));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("not_an_image", answer.GetProperty("images")[0].GetProperty("reason").GetString());
        Assert.Empty(StoredObjects());
    }

    [Fact]
    public async Task A_name_is_text_and_never_a_path()
    {
        string[] names =
        [
            "../../../../etc/passwd", "/etc/cron.d/run-me", @"..\..\windows\system32\x.jpg", "file:///etc/passwd",
            "http://169.254.169.254/latest/meta-data", "a\u0000b\n.jpg",
        ];
        for (var at = 0; at < names.Length; at++)
        {
            var picture = Jpeg(50 + at);
            var (status, answer) = await _service.UploadAsync(
                Body(picture), path: "/v1/images?name=" + Uri.EscapeDataString(names[at]));

            Assert.Equal(HttpStatusCode.OK, status);
            var clean = new string([.. names[at].Where(letter => !char.IsControl(letter))]);
            Assert.Equal(clean, answer.GetProperty("images")[0].GetProperty("name").GetString());
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(picture));
            Assert.Equal(at + 1, StoredObjects().Length);
            Assert.Contains(Path.Combine("upload", sha256[..2], sha256), StoredObjects());
            Assert.Equal(
                $"uploaded as {clean}", await _service.RowAsync($"SELECT detail FROM image_source WHERE uri LIKE '%/{sha256}'"));
        }
    }

    [Fact]
    public async Task One_of_many_that_bring_the_same_picture_at_once_stores_it()
    {
        const int clients = 200;
        var picture = Jpeg(6);

        var answers = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => _service.UploadAsync(Body(picture))));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(1, answers.Count(answer => State(answer.Answer, 0) == "new"));
        Assert.Equal(clients - 1, answers.Count(answer => State(answer.Answer, 0) == "already_known"));
        Assert.Single(StoredObjects());
        Assert.Equal($"{clients} 1 {clients - 1} 0 0 t", await _service.CountsAsync());
        Assert.Empty(Directory.GetFiles(_service.Folder, "*.upload"));
    }

    string[] StoredObjects() =>
    [
        .. Directory.EnumerateFiles(_service.ObjectRoot, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_service.ObjectRoot, file)),
    ];

    static string State(JsonElement answer, int at) => answer.GetProperty("images")[at].GetProperty("state").GetString()!;

    static int Number(JsonElement answer, string name) => answer.GetProperty(name).GetInt32();
}
