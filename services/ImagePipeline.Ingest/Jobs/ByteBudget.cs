namespace ImagePipeline.Ingest.Jobs;

/// <summary>Lets as many bytes into memory at a time as there is room for, in the order asked.</summary>
sealed class ByteBudget
{
    readonly long _all;
    readonly Lock _gate = new();
    readonly Queue<(long Bytes, TaskCompletionSource Admitted)> _waiting = new();
    long _free;

    public ByteBudget(long bytes) => _all = _free = bytes;

    /// <summary>Waits for room; who asks for more than there is gets all of it, alone.</summary>
    /// <returns>Gives the room back when disposed.</returns>
    public async Task<IDisposable> TakeAsync(long wanted, CancellationToken cancel)
    {
        var share = new Share(this, Math.Clamp(wanted, 0, _all));
        Task? turn = null;
        lock (_gate)
        {
            if (_waiting.Count == 0 && share.Bytes <= _free)
            {
                _free -= share.Bytes;
            }
            else
            {
                var admitted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Enqueue((share.Bytes, admitted));
                turn = admitted.Task;
            }
        }

        if (turn is null)
        {
            return share;
        }

        try
        {
            await turn.WaitAsync(cancel);
            return share;
        }
        catch (OperationCanceledException)
        {
            // It will be admitted all the same, and gives its room to the next then.
            _ = turn.ContinueWith(_ => share.Dispose(), TaskScheduler.Default);
            throw;
        }
    }

    void Return(long share)
    {
        lock (_gate)
        {
            _free += share;
            while (_waiting.TryPeek(out var next) && next.Bytes <= _free)
            {
                _free -= next.Bytes;
                _waiting.Dequeue().Admitted.SetResult();
            }
        }
    }

    sealed class Share(ByteBudget budget, long bytes) : IDisposable
    {
        public long Bytes => bytes;

        public void Dispose() => budget.Return(bytes);
    }
}
