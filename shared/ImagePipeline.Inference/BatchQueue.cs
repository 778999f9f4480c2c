using System.Diagnostics;

namespace ImagePipeline.Inference;

/// <summary>
/// Where callers and run loops meet: callers get rows of the batch that is filling, loops get batches whose rows are done.
/// </summary>
/// <remarks>
/// A batch goes round: free, filling, closed (every row taken, or the wait is over), ready (every taken row prepared), at
/// a loop, free. Their number is fixed, which is the back-pressure. An incomplete batch is closed by a loop that has
/// nothing else to do, never while all loops are busy: rows that come meanwhile still find room in it.
/// </remarks>
sealed class BatchQueue(IReadOnlyCollection<Batch> batches, TimeSpan wait)
{
    readonly object _gate = new();
    readonly Queue<Batch> _free = new(batches);
    readonly Queue<Batch> _ready = new(batches.Count);
    readonly Queue<TaskCompletionSource<Place>> _callers = new();
    Batch? _filling;
    // Batches that are closed and not ready: their callers are at work.
    int _closed;
    bool _ended;

    /// <summary>A row to fill; waits while all batches are taken. <see cref="Complete"/> must follow.</summary>
    /// <exception cref="ObjectDisposedException">The queue has ended.</exception>
    public async ValueTask<Place> TakeRowAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        TaskCompletionSource<Place> turn;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ended, typeof(EmbeddingEngine));
            if (NextRow() is { } place)
            {
                Take(place);
                return place;
            }

            turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _callers.Enqueue(turn);
        }

        await using var registration = cancel.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource<Place>)state!).TrySetCanceled(token), turn);
        return await turn.Task;
    }

    /// <summary>The caller is done with its row.</summary>
    public void Complete(Place place)
    {
        lock (_gate)
        {
            var batch = place.Batch;
            batch.Prepared++;
            if (batch != _filling && batch.Prepared == batch.Taken)
            {
                _closed--;
                _ready.Enqueue(batch);
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>The next batch to run; blocks until there is one. Null once the queue has ended and all is done.</summary>
    public Batch? TakeBatch()
    {
        lock (_gate)
        {
            while (!_ready.TryPeek(out _))
            {
                if (_filling is not { Taken: > 0 })
                {
                    if (_ended && _closed == 0)
                    {
                        return null;
                    }

                    Monitor.Wait(_gate);
                }
                else if (!_ended && Stopwatch.GetElapsedTime(_filling.Since) is var waited && waited < wait)
                {
                    // Rounded up, or the last fraction of a millisecond would be waited for by turning.
                    Monitor.Wait(_gate, TimeSpan.FromMilliseconds(Math.Ceiling((wait - waited).TotalMilliseconds)));
                }
                else
                {
                    Close();
                }
            }

            // Whoever watched over the batch that is filling may be the one that goes now.
            WakeNext();
            return _ready.Dequeue();
        }
    }

    /// <summary>Gives a batch back after its run, to the callers that wait first of all.</summary>
    public void Return(Batch batch)
    {
        lock (_gate)
        {
            batch.Empty();
            _free.Enqueue(batch);
            while (_callers.Count > 0 && NextRow() is { } place)
            {
                // One that gave up meanwhile leaves the row to the next.
                if (_callers.Dequeue().TrySetResult(place))
                {
                    Take(place);
                }
            }
        }
    }

    /// <summary>Refuses new callers; what has a row is still run.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            while (_callers.TryDequeue(out var turn))
            {
                turn.TrySetException(new ObjectDisposedException(nameof(EmbeddingEngine)));
            }

            Monitor.PulseAll(_gate);
        }
    }

    Place? NextRow()
    {
        if (_filling is null && !_free.TryDequeue(out _filling))
        {
            return null;
        }

        return new Place(_filling, _filling.Taken);
    }

    void Take(Place place)
    {
        var batch = place.Batch;
        batch.Taken++;
        if (batch.IsFull)
        {
            Close();
        }
        else if (batch.Taken == 1)
        {
            batch.Since = Stopwatch.GetTimestamp();
            Monitor.Pulse(_gate);
        }
    }

    void Close()
    {
        var batch = _filling!;
        _filling = null;
        if (batch.Prepared == batch.Taken)
        {
            _ready.Enqueue(batch);
        }
        else
        {
            _closed++;
        }
    }

    void WakeNext()
    {
        if (_ended)
        {
            Monitor.PulseAll(_gate);
        }
        else if (_filling is { Taken: > 0 })
        {
            Monitor.Pulse(_gate);
        }
    }
}
