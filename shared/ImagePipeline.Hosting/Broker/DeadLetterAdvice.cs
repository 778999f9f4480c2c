namespace ImagePipeline.Hosting.Broker;

/// <summary>What a person does about a dead letter. The fault that lies with it is that of its whole batch and may name another object, so
/// the advice begins with what is to be mended, and the letter itself says which object it is about.</summary>
static class DeadLetterAdvice
{
    /// <summary>In words.</summary>
    /// <param name="reason">Type of the exception, or that it was delivered too often.</param>
    /// <param name="isKnown">Whether a stage takes such a message.</param>
    public static string Of(string reason, bool isKnown) => (isKnown, reason) switch
    {
        (false, _) => "No stage understands it: see who sent it, then drop it.",
        (_, DeadLetter.DeliveredTooOften) =>
            "Its consumers died over it or were stopped too often: see what they said last, then replay it; if it comes back alone, look at the object.",
        (_, "StoreUnavailableException") =>
            "The object store did not answer: see that the bucket is there and may be read with the services' keys, then replay it.",
        (_, "DatabaseException" or "PostgresException" or "NpgsqlException") =>
            "The database did not take it: see what the detail says, mend that, then replay it.",
        (_, "TimeoutException" or "IOException" or "ConnectionException" or "RabbitMqConnectionException") =>
            "A part of the fleet was away for minutes: when it is back, replay it.",
        _ => "Replay it; if it comes back, it is a fault of the program: please report the detail and the object.",
    };
}
