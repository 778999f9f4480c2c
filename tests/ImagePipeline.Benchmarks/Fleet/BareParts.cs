using System.Diagnostics;
using ImagePipeline.Core.Hashing;
using ImagePipeline.EndToEnd.Tests.Fleet.Harness;
using ImagePipeline.Storage;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ImagePipeline.Benchmarks.Fleet;

/// <summary>What the store, the broker and the database reach when nothing is done with what they give.</summary>
static class BareParts
{
    const int Chunk = 256;
    const int Downloads = 32;

    /// <summary>Objects a second, read whole, 32 at a time.</summary>
    public static async Task<double> GetsAsync(FleetServers servers, PictureBucket bucket)
    {
        var keys = (await bucket.ListAsync(PictureBucket.Prefix)).Select(found => found.Key).ToArray();
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = Downloads }, async (key, _) =>
            await bucket.ReadAsync(key));
        return keys.Length / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Messages of 600 bytes a second through a quorum queue: published in confirmed chunks, consumed and acknowledged.</summary>
    public static async Task<double> MessagesAsync(FleetServers servers, int messages)
    {
        var factory = new ConnectionFactory { Uri = servers.RabbitMq };
        await using var connection = await factory.CreateConnectionAsync();
        await using var publisher = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await using var channel = await connection.CreateChannelAsync();
        var queue = $"bare-{Guid.NewGuid():n}";
        await channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await channel.BasicQosAsync(0, Chunk * 4, global: false);
        var all = new TaskCompletionSource();
        var consumed = 0;
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
            if (++consumed == messages)
            {
                all.SetResult();
            }
        };
        await channel.BasicConsumeAsync(queue, autoAck: false, consumer);
        var body = new byte[600];
        var started = Stopwatch.GetTimestamp();
        for (var sent = 0; sent < messages; sent += Chunk)
        {
            await Task.WhenAll(Enumerable.Range(0, Math.Min(Chunk, messages - sent)).Select(
                _ => publisher.BasicPublishAsync("", queue, body).AsTask()));
        }

        await all.Task;
        var rate = messages / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await channel.QueueDeleteAsync(queue);
        return rate;
    }

    /// <summary>Rows of hashes a second, with palette and the stage's row, as the hasher writes them.</summary>
    public static async Task<double> RowsAsync(FleetServers servers, int rows)
    {
        await using var place = await FleetPlace.CreateAsync(servers, servers.Store.ToString(), "s3://none/made");
        var store = new HashStore(place.Source);
        var random = new Random(1);
        var chunks = Enumerable.Range(0, rows).Select(_ => Row(random)).Chunk(Chunk).ToArray();
        var started = Stopwatch.GetTimestamp();
        foreach (var chunk in chunks)
        {
            await store.WriteAsync(ImageHasher.Algorithm, chunk);
        }

        return rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    static HashRow Row(Random random)
    {
        var id = new byte[16];
        random.NextBytes(id);
        var bits = (ulong)random.NextInt64();
        return new HashRow(
            new Guid(id), new(bits), new(~bits), new(bits * 3), new Hash256(bits, ~bits, bits * 5, bits * 7), 80, ["#102030"], [1f]);
    }
}
