namespace ImagePipeline.Inference;

/// <summary>A bound run and who waits for each of its rows. <see cref="BatchQueue"/> guards what changes.</summary>
sealed class Batch(BoundRun run) : IDisposable
{
    readonly Waiting[] _rows = new Waiting[run.Count];

    /// <summary>The memory of the rows, and the run.</summary>
    public BoundRun Run => run;

    /// <summary>Rows given to callers, from the first on.</summary>
    public int Taken { get; set; }

    /// <summary>Rows that their callers are done with.</summary>
    public int Prepared { get; set; }

    /// <summary>Timestamp of the first row's caller.</summary>
    public long Since { get; set; }

    /// <summary>Whether every row has its caller.</summary>
    public bool IsFull => Taken == run.Count;

    /// <summary>Whether nobody waits for any row, or not any more.</summary>
    public bool IsAbandoned => _rows.All(row => row.Answer is null || row.Cancel.IsCancellationRequested);

    /// <summary>Notes who waits for a row.</summary>
    public void Await(int row, TaskCompletionSource<float[]> answer, CancellationToken cancel) =>
        _rows[row] = new Waiting(answer, cancel);

    /// <summary>Who waits for a row, or null.</summary>
    public TaskCompletionSource<float[]>? AnswerOf(int row) => _rows[row].Answer;

    /// <summary>Forgets the callers, for the next ones.</summary>
    public void Empty()
    {
        Array.Clear(_rows);
        (Taken, Prepared) = (0, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => run.Dispose();

    readonly record struct Waiting(TaskCompletionSource<float[]>? Answer, CancellationToken Cancel);
}

/// <summary>A row of a batch, given to one caller.</summary>
readonly record struct Place(Batch Batch, int Row)
{
    /// <summary>[tensor length], the caller's to fill.</summary>
    public Span<float> Input => Batch.Run.InputOf(Row);
}
