using ImagePipeline.Contracts;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;
using ImagePipeline.Storage;
using Npgsql;

namespace ImagePipeline.Services.Tests.Fleet;

/// <summary>Tests of services as programs, on a real broker and a real database; each begins with both empty.</summary>
public abstract class FleetTests(FleetFixture fleet) : IAsyncLifetime
{
    readonly StageStore _stages = fleet.IsAbsent ? null! : new(fleet.Database.Source);

    protected FleetFixture Fleet => fleet;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("ip-fleet-").FullName;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(fleet.IsAbsent, "needs PostgreSQL and RabbitMQ: infra/test-servers start");
        await fleet.ResetAsync();
        await fleet.ResetBrokerAsync();
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Pictures that one process has treated and the stages then forgot; the messages for them.</summary>
    protected async Task<ImageIngested[]> ForgottenAsync(int scenes)
    {
        WritePictures(scenes);
        await fleet.RunAsync(Folder);
        var images = await PlacesAsync();
        await ForgetStagesAsync();
        return images;
    }

    /// <summary>Lets no batch of hashes be written, until disposed: every consumer then hangs with its messages in hand.</summary>
    protected async Task<IAsyncDisposable> HoldHashesAsync()
    {
        var connection = await fleet.Database.Source.OpenConnectionAsync();
        await using var hold = new NpgsqlCommand("BEGIN; LOCK TABLE image_palette", connection);
        await hold.ExecuteNonQueryAsync();
        return new Held(connection);
    }

    /// <summary>Whether a batch hangs in <see cref="HoldHashesAsync"/>.</summary>
    protected async Task<bool> IsHeldAsync() => (await fleet.RowsAsync(
        "SELECT 1 FROM pg_locks WHERE relation = 'image_palette'::regclass AND NOT granted")).Count > 0;

    protected async Task<IReadOnlyList<DeadLetter>> LettersAsync()
    {
        await using var box = await DeadLetterBox.OpenAsync(fleet.Broker, default);
        return await box.ListAsync(QueueName.All, 100, default);
    }

    /// <summary>The queue as the broker's management sees it, some seconds late.</summary>
    protected async Task<QueueDepth> DepthAsync(string queue) =>
        (await new BrokerQueues(fleet.Broker).ReadAsync(default)).Single(depth => depth.Queue == queue);

    /// <summary>Messages that lie in the queue now.</summary>
    protected async Task<long> ReadyAsync(string queue) =>
        (await new BrokerQueues(fleet.Broker).CountReadyAsync(default)).Single(depth => depth.Queue == queue).Ready ?? 0;

    protected async Task<long> CountAsync(string stage) => (await _stages.StatusAsync([stage])).Sum(status => status.Done);

    protected async Task<ImageIngested[]> PlacesAsync() => [.. (await new FileStore(fleet.Database.Source).LocateAsync(
        (await fleet.RowsAsync("SELECT image_id FROM image")).Select(Guid.Parse).ToArray())).Select(image => new ImageIngested
        {
            ImageId = image.ImageId, Uri = image.Uri, Etag = image.Etag, WidthPx = image.WidthPx, HeightPx = image.HeightPx,
        })];

    protected Task ForgetStagesAsync() => fleet.ExecuteAsync(
        """
        TRUNCATE image_stage, image_hash, image_palette, near_duplicate, duplicate_group, duplicate_member, embedding_fingerprint_2;
        UPDATE image SET rejected_reason = NULL, rejected_detail = NULL, pixel_sha256 = NULL
        """);

    protected void WritePictures(int scenes)
    {
        for (var at = 0; at < scenes; at++)
        {
            var picture = RgbPicture.Scene(900 + at, 240, 180);
            File.WriteAllBytes(Path.Combine(Folder, $"{at}.jpg"), ImageEncoder.ToJpeg(picture.Rgb, picture.WidthPx, picture.HeightPx, 90));
            if (at % 2 == 0)
            {
                File.WriteAllBytes(
                    Path.Combine(Folder, $"{at}-copy.jpg"), ImageEncoder.ToJpeg(picture.Rgb, picture.WidthPx, picture.HeightPx, 60));
            }
        }
    }

    sealed class Held(NpgsqlConnection connection) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await using (connection)
            {
                await using var release = new NpgsqlCommand("ROLLBACK", connection);
                await release.ExecuteNonQueryAsync();
            }
        }
    }
}
