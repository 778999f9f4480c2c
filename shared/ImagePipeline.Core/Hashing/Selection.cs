namespace ImagePipeline.Core.Hashing;

/// <summary>Order statistics without sorting everything.</summary>
static class Selection
{
    /// <summary>The value that would stand at <paramref name="rank"/> if the values were sorted.</summary>
    /// <param name="values">No NaN. Reordered.</param>
    /// <param name="rank">0 for the smallest.</param>
    /// <remarks>Hoare's FIND ("Algorithm 65", CACM 1961): linear on average; quadratic at worst, on at most a few
    /// hundred values here.</remarks>
    public static float Smallest(Span<float> values, int rank)
    {
        int low = 0, high = values.Length - 1;
        while (low < high)
        {
            var pivot = values[rank];
            int i = low, j = high;
            while (i <= j)
            {
                while (values[i] < pivot)
                {
                    i++;
                }

                while (values[j] > pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }

            if (j < rank)
            {
                low = i;
            }

            if (rank < i)
            {
                high = j;
            }
        }

        return values[rank];
    }
}
