using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.Services.Tests.Http;

/// <summary>Uploads to the service as it runs, on real servers.</summary>
public sealed class Uploads : IAsyncLifetime
{
    const int MaxImageBytes = 1 << 20;
    const int MaxRequestBytes = 3 << 20;

    IngestProcess _service = null!;

    public async ValueTask InitializeAsync()
    {
        _service = await IngestProcess.StartAsync(
            ("Access__Keys__0__Name", "tests"), ("Access__Keys__0__Key", IngestProcess.Key),
            ("Upload__MaxImageBytes", $"{MaxImageBytes}"), ("Upload__MaxRequestBytes", $"{MaxRequestBytes}"),
            ("Upload__MaxImages", "20"), ("Upload__MaxUploads", "8"));
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

        var (first, one) = await _service.UploadAsync(IngestProcess.Body(picture));
        var (second, other) = await _service.UploadAsync(IngestProcess.Body(picture, "application/octet-stream"));

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
        await _service.UploadAsync(IngestProcess.Body(Jpeg(2)));

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
            ("one.jpg", good), ("again.jpg", good), ("two.png", Png(4)), ("cut.jpg", good[..(good.Length / 2)]), ("empty.jpg", []),
            ("notes.txt", "no picture"u8.ToArray()), ("large.jpg", new byte[MaxImageBytes + 1])));

        Assert.Equal(HttpStatusCode.MultiStatus, status);
        Assert.Equal(
            [
                "one.jpg new -", "again.jpg already_known -", "two.png new -", "cut.jpg rejected truncated", "empty.jpg rejected empty_file",
                "notes.txt rejected not_an_image", "large.jpg rejected too_many_bytes",
            ],
            answer.GetProperty("images").EnumerateArray().Select(image =>
                $"{image.GetProperty("name").GetString()} {image.GetProperty("state").GetString()} "
                + (image.TryGetProperty("reason", out var reason) ? reason.GetString() : "-")));
        Assert.Equal((2, 1, 4), (Number(answer, "new"), Number(answer, "already_known"), Number(answer, "rejected")));
        Assert.Equal(2, StoredObjects().Length);
        Assert.Equal("7 2 1 4 0 t", await _service.CountsAsync());
        Assert.Equal("4", await _service.RowAsync("SELECT sum(count) FROM ingest_job_reason WHERE state = 'rejected'"));
    }

    [Fact]
    public async Task A_form_of_nothing_but_bad_files_is_not_taken()
    {
        var (status, answer) = await _service.UploadAsync(IngestProcess.Body("no picture"u8.ToArray()));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("not_an_image", answer.GetProperty("images")[0].GetProperty("reason").GetString());
        Assert.Empty(StoredObjects());
    }

    [Theory]
    [InlineData("../../../../etc/passwd")]
    [InlineData("/etc/cron.d/run-me")]
    [InlineData("..\\..\\windows\\system32\\x.jpg")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("a\u0000b.jpg")]
    public async Task A_name_is_text_and_never_a_path(string name)
    {
        var picture = Jpeg(5);
        var (status, answer) = await _service.UploadAsync(
            IngestProcess.Body(picture), path: "/v1/images?name=" + Uri.EscapeDataString(name));

        Assert.Equal(HttpStatusCode.OK, status);
        var clean = name.Replace("\u0000", "", StringComparison.Ordinal);
        Assert.Equal(clean, answer.GetProperty("images")[0].GetProperty("name").GetString());
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(picture));
        Assert.Equal([Path.Combine("upload", sha256[..2], sha256)], StoredObjects());
        Assert.Equal($"uploaded as {clean}", await _service.RowAsync("SELECT detail FROM image_source"));
    }

    [Fact]
    public async Task One_of_many_that_bring_the_same_picture_at_once_stores_it()
    {
        const int clients = 200;
        var picture = Jpeg(6);

        var answers = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => _service.UploadAsync(IngestProcess.Body(picture))));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(1, answers.Count(answer => State(answer.Answer, 0) == "new"));
        Assert.Equal(clients - 1, answers.Count(answer => State(answer.Answer, 0) == "already_known"));
        Assert.Single(StoredObjects());
        Assert.Equal($"{clients} 1 {clients - 1} 0 0 t", await _service.CountsAsync());
        Assert.Empty(Directory.GetFiles(Path.GetTempPath(), "imagepipeline-*.upload")
            .Where(file => File.GetCreationTimeUtc(file) < DateTime.UtcNow.AddMinutes(-10)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_beyond_the_limit_is_answered_with_its_name(bool tellsLength)
    {
        var content = tellsLength ? IngestProcess.Body(new byte[MaxRequestBytes + 1]) : Chunked(MaxRequestBytes + 1);

        var (status, answer) = await _service.UploadAsync(content);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal("Upload:MaxRequestBytes", answer.GetProperty("option").GetString());
        Assert.Equal(MaxRequestBytes, answer.GetProperty("limit").GetInt64());
        Assert.Empty(StoredObjects());
    }

    [Fact]
    public async Task More_images_than_the_limit_are_answered_with_its_name()
    {
        var (status, answer) = await _service.UploadAsync(
            Form([.. Enumerable.Range(0, 21).Select(n => ($"{n}.png", Png(100 + n)))]));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal("Upload:MaxImages", answer.GetProperty("option").GetString());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    [InlineData("video/mp4")]
    public async Task Another_media_type_is_refused(string type)
    {
        var (status, answer) = await _service.UploadAsync(IngestProcess.Body(Jpeg(7), type));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
        Assert.Contains("multipart/form-data", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=never")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    public async Task A_malformed_form_is_the_clients_fault(string type)
    {
        var (status, answer) = await _service.UploadAsync(IngestProcess.Body("--other\r\n\r\nx"u8.ToArray(), type));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("form", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a-key-that-is-not-right")]
    public async Task Without_the_key_nothing_is_taken(string? key)
    {
        var (status, answer) = await _service.UploadAsync(IngestProcess.Body(Jpeg(8)), key);

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal(401, answer.GetProperty("status").GetInt32());
        Assert.Empty(StoredObjects());
        Assert.Equal("0", await _service.RowAsync("SELECT count(*) FROM image_source"));
    }

    string[] StoredObjects() =>
    [
        .. Directory.EnumerateFiles(_service.ObjectRoot, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_service.ObjectRoot, file)),
    ];

    static string State(JsonElement answer, int at) => answer.GetProperty("images")[at].GetProperty("state").GetString()!;

    static int Number(JsonElement answer, string name) => answer.GetProperty(name).GetInt32();

    static byte[] Jpeg(int scene) => Encode(scene, ImageEncoder.ToJpeg);

    static byte[] Png(int scene) => Encode(scene, (rgb, width, height, _) => ImageEncoder.ToPng(rgb, width, height));

    static byte[] Encode(int scene, Encoder encode)
    {
        var picture = RgbPicture.Scene(scene, 200, 150);
        return encode(picture.Rgb, picture.WidthPx, picture.HeightPx, 85);
    }

    delegate byte[] Encoder(ReadOnlySpan<byte> rgb, int widthPx, int heightPx, int quality);

    static MultipartFormDataContent Form(params (string Name, byte[] Bytes)[] files)
    {
        var form = new MultipartFormDataContent { { new StringContent("a text field is no image"), "note" } };
        foreach (var (name, bytes) in files)
        {
            form.Add(IngestProcess.Body(bytes), "file", name);
        }

        return form;
    }

    static StreamContent Chunked(int bytes)
    {
        var content = new StreamContent(new Endless(bytes));
        content.Headers.ContentType = new("image/jpeg");
        return content;
    }

    /// <summary>A body whose length is not known beforehand.</summary>
    sealed class Endless(int bytes) : Stream
    {
        int _left = bytes;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = Math.Min(count, _left);
            _left -= read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
