using System.Buffers;

namespace ImagePipeline.Inference;

/// <summary>One picture's input and the caller who waits for its embedding.</summary>
/// <param name="Buffer">[tensor length], the engine's.</param>
/// <param name="Answer">Receives the embedding or the failure.</param>
/// <param name="Cancel">The caller's; a picture nobody waits for is not run.</param>
readonly record struct Prepared(float[] Buffer, TaskCompletionSource<float[]> Answer, CancellationToken Cancel);

/// <summary>Inputs side by side and who waits for each row; pooled, so dispose it after the run.</summary>
/// <param name="size">Rows.</param>
/// <param name="tensorLength">Numbers per row.</param>
sealed class Batch(int size, int tensorLength) : IDisposable
{
    readonly float[] _inputs = ArrayPool<float>.Shared.Rent(size * tensorLength);

    /// <summary>[size, tensor length]; rows beyond <see cref="Count"/> are zero.</summary>
    public Memory<float> Inputs
    {
        get
        {
            _inputs.AsSpan(Count * tensorLength, (size - Count) * tensorLength).Clear();
            return _inputs.AsMemory(0, size * tensorLength);
        }
    }

    /// <summary>Who waits, by row.</summary>
    public List<TaskCompletionSource<float[]>> Answers { get; } = new(size);

    /// <summary>Rows in use.</summary>
    public int Count => Answers.Count;

    /// <summary>Copies a picture into the next row.</summary>
    public void Add(Prepared job)
    {
        job.Buffer.CopyTo(_inputs, Count * tensorLength);
        Answers.Add(job.Answer);
    }

    /// <summary>Hands the failure of the run to everyone who waits.</summary>
    public void Fail(Exception fault)
    {
        foreach (var answer in Answers)
        {
            answer.TrySetException(fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<float>.Shared.Return(_inputs);
}
