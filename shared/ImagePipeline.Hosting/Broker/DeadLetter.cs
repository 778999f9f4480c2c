using System.Globalization;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;

namespace ImagePipeline.Hosting.Broker;

/// <summary>A message that could not be treated.</summary>
/// <param name="Number">Place in the list of the moment, from 1.</param>
/// <param name="Queue">The queue it came from.</param>
/// <param name="Reason">Type of the exception, or that it was delivered too often.</param>
/// <param name="Detail">The same in words.</param>
/// <param name="FailedAt">When it failed; null where nobody said.</param>
/// <param name="Message">Kind of message.</param>
/// <param name="ImageId">The image it is about; null where it cannot be read.</param>
/// <param name="Uri">Address of the object it is about; null where the message carries none or cannot be read.</param>
/// <param name="Body">The whole message as it lies there.</param>
public sealed record DeadLetter(
    int Number, string Queue, string Reason, string Detail, DateTimeOffset? FailedAt, string Message, Guid? ImageId, string? Uri, string Body)
{
    /// <summary>Reason of a message whose consumer died over it again and again.</summary>
    public const string DeliveredTooOften = "delivered_too_often";

    /// <summary>What to do about it, in words.</summary>
    public string Advice => DeadLetterAdvice.Of(Reason, isKnown: ImageId is not null);

    internal static DeadLetter From(int number, string queue, BasicGetResult got)
    {
        var headers = got.BasicProperties.Headers ?? new Dictionary<string, object?>();
        var body = Encoding.UTF8.GetString(got.Body.Span);
        var (kind, image, uri) = Read(body);
        return Text(headers, "MT-Fault-ExceptionType") is { } type
            ? new DeadLetter(
                number, queue, type.Split('.')[^1], Text(headers, "MT-Fault-Message") ?? "", Time(headers), kind, image, uri, body)
            : Death(headers) is { } death
                ? new DeadLetter(
                    number, queue, DeliveredTooOften,
                    "delivered too often: whoever had it died or was stopped before it was done", death, kind, image, uri, body)
                : new DeadLetter(
                    number, queue, Text(headers, "MT-Reason") ?? "unknown", "no consumer of the queue takes such a message", null, kind,
                    image, uri, body);
    }

    /// <summary>Headers that tell of the failure; the message begins anew without them.</summary>
    internal static bool IsOfFailure(string header) =>
        header.StartsWith("MT-Fault-", StringComparison.Ordinal) || header is "MT-Reason"
        || header.StartsWith("x-death", StringComparison.Ordinal) || header.StartsWith("x-first-death", StringComparison.Ordinal)
        || header.StartsWith("x-last-death", StringComparison.Ordinal) || header is "x-delivery-count" or "x-dotnet-pub-seq-no";

    static (string Kind, Guid? Image, string? Uri) Read(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var kind = json.RootElement.TryGetProperty("messageType", out var types) && types.ValueKind == JsonValueKind.Array
                && types.GetArrayLength() > 0 ? types[0].GetString()?.Split(':')[^1] : null;
            if (!json.RootElement.TryGetProperty("message", out var message) || message.ValueKind != JsonValueKind.Object)
            {
                return (kind ?? "unknown", null, null);
            }

            var image = message.TryGetProperty("imageId", out var id) && id.ValueKind == JsonValueKind.String
                && id.TryGetGuid(out var guid) ? guid : (Guid?)null;
            var uri = message.TryGetProperty("uri", out var address) && address.ValueKind == JsonValueKind.String
                ? address.GetString() : null;
            return (kind ?? "unknown", image, uri);
        }
        catch (JsonException)
        {
            return ("unreadable", null, null);
        }
    }

    static string? Text(IDictionary<string, object?> headers, string name) => headers.TryGetValue(name, out var value)
        ? value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : Convert.ToString(value, CultureInfo.InvariantCulture)
        : null;

    static DateTimeOffset? Time(IDictionary<string, object?> headers) =>
        DateTimeOffset.TryParse(
            Text(headers, "MT-Fault-Timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    static DateTimeOffset? Death(IDictionary<string, object?> headers) =>
        headers.TryGetValue("x-death", out var deaths) && deaths is IList<object?> { Count: > 0 } list
        && list[0] is IDictionary<string, object?> death
            ? death.TryGetValue("time", out var at) && at is AmqpTimestamp stamp
                ? DateTimeOffset.FromUnixTimeSeconds(stamp.UnixTime)
                : DateTimeOffset.UnixEpoch
            : null;
}
