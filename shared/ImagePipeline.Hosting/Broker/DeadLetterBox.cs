using System.Diagnostics;
using ImagePipeline.Contracts;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ImagePipeline.Hosting.Broker;

/// <summary>The dead letters of the stages: looked at, sent again, or dropped.</summary>
public sealed class DeadLetterBox : IAsyncDisposable
{
    /// <summary>Longest wait for letters to lie in their queue again.</summary>
    static readonly TimeSpan Return = TimeSpan.FromSeconds(2);

    readonly IConnection _connection;

    DeadLetterBox(IConnection connection) => _connection = connection;

    /// <summary>Connects to the broker.</summary>
    /// <exception cref="BrokerException">It cannot be reached.</exception>
    public static async Task<DeadLetterBox> OpenAsync(RabbitMqOptions options, CancellationToken cancel) =>
        new(await BrokerAddress.ConnectAsync(options, cancel));

    /// <summary>Looks at dead letters without taking them.</summary>
    /// <param name="queues">Stages' queues.</param>
    /// <param name="limit">Most letters.</param>
    /// <param name="cancel">Stops the looking.</param>
    public async Task<IReadOnlyList<DeadLetter>> ListAsync(IReadOnlyList<string> queues, int limit, CancellationToken cancel)
    {
        var letters = new List<DeadLetter>();
        await ForEachAsync(queues, (_, letter, _) =>
        {
            letters.Add(letter);
            return Task.FromResult(letters.Count < limit ? Next.Keep : Next.Stop);
        }, cancel);
        return letters;
    }

    /// <summary>Sends dead letters to the queues they came from. Each is taken out only when the broker has confirmed its new message: a
    /// crash in between leaves it twice, never lost.</summary>
    /// <param name="queues">Stages' queues.</param>
    /// <param name="wanted">Chooses among their letters.</param>
    /// <param name="cancel">Stops between two letters.</param>
    /// <returns>Letters sent again.</returns>
    public Task<int> ReplayAsync(IReadOnlyList<string> queues, Predicate<DeadLetter> wanted, CancellationToken cancel) => ForEachAsync(
        queues,
        async (channel, letter, got) =>
        {
            if (!wanted(letter))
            {
                return Next.Keep;
            }

            var properties = new BasicProperties(got.BasicProperties)
            {
                Headers = got.BasicProperties.Headers?.Where(header => !DeadLetter.IsOfFailure(header.Key))
                    .ToDictionary(header => header.Key, header => header.Value),
            };
            await channel.BasicPublishAsync("", letter.Queue, mandatory: true, properties, got.Body, cancel);
            return Next.Take;
        },
        cancel);

    /// <summary>Removes dead letters for good.</summary>
    /// <param name="queues">Stages' queues.</param>
    /// <param name="wanted">Chooses among their letters.</param>
    /// <param name="cancel">Stops between two letters.</param>
    /// <returns>Letters dropped.</returns>
    public Task<int> DropAsync(IReadOnlyList<string> queues, Predicate<DeadLetter> wanted, CancellationToken cancel) =>
        ForEachAsync(queues, (_, letter, _) => Task.FromResult(wanted(letter) ? Next.Take : Next.Keep), cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    async Task<int> ForEachAsync(
        IReadOnlyList<string> queues, Func<IChannel, DeadLetter, BasicGetResult, Task<Next>> treat, CancellationToken cancel)
    {
        var (taken, number) = (0, 0);
        foreach (var queue in queues)
        {
            // Confirmations are awaited publish by publish.
            await using var channel = await _connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancel);
            if (await CountAsync(channel, queue, cancel) is not { } there)
            {
                continue;
            }

            // Those that come while we work, sent again and failed once more for instance, are for the next time.
            var (kept, next) = (0, Next.Keep);
            for (var at = 0; at < there && next != Next.Stop; at++)
            {
                if (await channel.BasicGetAsync(QueueName.DeadLetters(queue), autoAck: false, cancel) is not { } got)
                {
                    break;
                }

                next = await treat(channel, DeadLetter.From(++number, queue, got), got);
                if (next == Next.Take)
                {
                    await channel.BasicAckAsync(got.DeliveryTag, multiple: false, cancel);
                    taken++;
                }
                else
                {
                    kept++;
                }
            }

            await GiveBackAsync(channel, queue, kept, cancel);
            if (next == Next.Stop)
            {
                break;
            }
        }

        return taken;
    }

    /// <summary>Gives back what was not taken. The broker does that some time after it was told; whoever looks next must find them.</summary>
    static async Task GiveBackAsync(IChannel channel, string queue, int kept, CancellationToken cancel)
    {
        if (kept == 0)
        {
            return;
        }

        await channel.BasicNackAsync(deliveryTag: 0, multiple: true, requeue: true, cancel);
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Return;)
        {
            if (await CountAsync(channel, queue, cancel) is not { } back || back >= kept)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), cancel);
        }
    }

    static async Task<long?> CountAsync(IChannel channel, string queue, CancellationToken cancel)
    {
        try
        {
            return (await channel.QueueDeclarePassiveAsync(QueueName.DeadLetters(queue), cancel)).MessageCount;
        }
        catch (OperationInterruptedException fault) when (fault.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
    }

    enum Next
    {
        Keep,
        Take,
        Stop,
    }
}
