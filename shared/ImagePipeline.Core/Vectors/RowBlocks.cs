namespace ImagePipeline.Core.Vectors;

/// <summary>Shares rows out to threads in blocks that do not depend on how many threads there are.</summary>
static class RowBlocks
{
    /// <summary>Rows of a block; the last one may have fewer.</summary>
    public const int Size = 512;

    /// <summary>How many blocks that many rows make.</summary>
    public static int Count(int rows) => (rows + Size - 1) / Size;

    /// <summary>Calls for every block, in any order and from several threads.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="threads">Threads, at least 1.</param>
    /// <param name="body">Takes the first row of a block and the number of its rows.</param>
    /// <param name="cancel">Looked at before every block.</param>
    public static void Run(int rows, int threads, Action<int, int> body, CancellationToken cancel) =>
        Each(Count(rows), threads, block => body(block * Size, Math.Min(Size, rows - block * Size)), cancel);

    /// <summary>Calls for every number from 0, in any order and from several threads.</summary>
    public static void Each(int count, int threads, Action<int> body, CancellationToken cancel)
    {
        if (threads > 1)
        {
            Parallel.For(0, count, new() { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, body);
            return;
        }

        for (var i = 0; i < count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            body(i);
        }
    }
}
