using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Serialization;
using ImagePipeline.Contracts;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ImagePipeline.Hosting.Broker;

/// <summary>What lies in the queue of a stage.</summary>
/// <param name="Queue">Name of the queue.</param>
/// <param name="Ready">Messages that no consumer has; null where the queue was never declared.</param>
/// <param name="InWork">Messages that consumers have fetched and not acknowledged; null where the broker's management is not known.</param>
/// <param name="Failed">Dead letters; null where the stage's queue was never declared.</param>
public sealed record QueueDepth(string Queue, long? Ready, long? InWork, long? Failed);

/// <summary>Asks the broker how much lies in the queues.</summary>
public sealed class BrokerQueues(RabbitMqOptions options)
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Every stage's queue, in the order of an image's way. The management's figures lag by some seconds.</summary>
    /// <exception cref="BrokerException">The broker cannot be asked.</exception>
    public async Task<IReadOnlyList<QueueDepth>> ReadAsync(CancellationToken cancel) => options.Management is { Length: > 0 } management
        ? await AskManagementAsync(new Uri(management), cancel)
        : await CountReadyAsync(cancel);

    /// <summary>Messages ready in each queue, dead letters beside; exact at this moment.</summary>
    /// <exception cref="BrokerException">The broker cannot be asked.</exception>
    public async Task<IReadOnlyList<QueueDepth>> CountReadyAsync(CancellationToken cancel)
    {
        await using var connection = await BrokerAddress.ConnectAsync(options, cancel);
        var depths = new List<QueueDepth>();
        foreach (var queue in QueueName.All)
        {
            var ready = await CountAsync(connection, queue, cancel);
            var failed = await CountAsync(connection, QueueName.DeadLetters(queue), cancel);
            depths.Add(new QueueDepth(queue, ready, null, ready is null ? failed : failed ?? 0));
        }

        return depths;
    }

    static async Task<long?> CountAsync(IConnection connection, string queue, CancellationToken cancel)
    {
        // A queue that is not there closes the channel it was asked on.
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancel);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, cancel)).MessageCount;
        }
        catch (OperationInterruptedException fault) when (fault.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
    }

    async Task<IReadOnlyList<QueueDepth>> AskManagementAsync(Uri management, CancellationToken cancel)
    {
        using var http = new HttpClient { Timeout = Timeout };
        var user = new Uri(options.Uri!).UserInfo is { Length: > 0 } own && management.UserInfo.Length == 0 ? own : management.UserInfo;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(user))));
        var place = $"{management.GetLeftPart(UriPartial.Authority).Replace(management.UserInfo + "@", "", StringComparison.Ordinal)}"
            + $"/api/queues/{Uri.EscapeDataString(BrokerAddress.VirtualHost(options.Uri!))}";
        try
        {
            var queues = (await http.GetFromJsonAsync<ManagedQueue[]>(place, cancel))!.ToDictionary(queue => queue.Name);
            return [.. QueueName.All.Select(name => new QueueDepth(
                name,
                queues.GetValueOrDefault(name)?.Ready,
                queues.GetValueOrDefault(name)?.InWork,
                queues.GetValueOrDefault(QueueName.DeadLetters(name))?.Ready ?? (queues.ContainsKey(name) ? 0 : null)))];
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            throw new BrokerException(
                $"Cannot ask the broker's management at {management.Host}:{management.Port}: {fault.Message}", fault);
        }
    }

    sealed record ManagedQueue
    {
        [JsonPropertyName("name")]
        public string Name { get; init; } = "";

        [JsonPropertyName("messages_ready")]
        public long Ready { get; init; }

        [JsonPropertyName("messages_unacknowledged")]
        public long InWork { get; init; }
    }
}
