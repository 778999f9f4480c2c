using MassTransit;

namespace ImagePipeline.Hosting;

/// <summary>
/// Notices a message that failed for good, after its retries. In a fleet it lies in the error queue by then and the others go on; a
/// process that is the whole pipeline must stop and say so, or it would wait for that message for ever. The work is not lost: the
/// database still shows it as to do.
/// </summary>
public sealed class FaultWatch : IReceiveObserver
{
    readonly TaskCompletionSource<Exception> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the first fault.</summary>
    public Task<Exception> FirstFault => _first.Task;

    /// <inheritdoc/>
    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class => Note(exception);

    /// <inheritdoc/>
    public Task ReceiveFault(ReceiveContext context, Exception exception) => Note(exception);

    /// <inheritdoc/>
    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => Task.CompletedTask;

    Task Note(Exception exception)
    {
        if (exception is not OperationCanceledException)
        {
            _first.TrySetResult(exception);
        }

        return Task.CompletedTask;
    }
}
