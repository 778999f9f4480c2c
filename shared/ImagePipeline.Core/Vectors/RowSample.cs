namespace ImagePipeline.Core.Vectors;

/// <summary>Draws rows at random, without returning them.</summary>
static class RowSample
{
    /// <summary>Draws some of the numbers from 0.</summary>
    /// <param name="rows">How many numbers there are.</param>
    /// <param name="count">How many to draw, at most <paramref name="rows"/>.</param>
    /// <param name="random">Decides which.</param>
    /// <returns>The numbers drawn, ascending; every set of that size is as likely.</returns>
    /// <remarks>Selection sampling (Knuth, The Art of Computer Programming, volume 2, 3.4.2, algorithm S).</remarks>
    public static int[] Draw(int rows, int count, Random random)
    {
        var drawn = new int[count];
        for (int row = 0, taken = 0; taken < count; row++)
        {
            if (count == rows || random.NextDouble() * (rows - row) < count - taken)
            {
                drawn[taken++] = row;
            }
        }

        return drawn;
    }
}
