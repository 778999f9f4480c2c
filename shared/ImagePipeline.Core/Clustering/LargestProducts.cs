using System.Numerics;
using System.Runtime.Intrinsics;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>Keeps for every row the columns with the largest products, its own left out.</summary>
/// <param name="first">The first row of the block.</param>
/// <param name="kept">How many to keep.</param>
/// <param name="products">Row-major, block x kept, largest first; the lowest float at first.</param>
/// <param name="columns">Their columns.</param>
unsafe readonly struct LargestProducts(int first, int kept, float* products, int* columns) : ITileSink
{
    /// <summary>The columns nearest to some rows, in no order to rely on.</summary>
    /// <param name="vectors">All vectors, as rows and as columns.</param>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="kept">How many columns for each, fewer than there are.</param>
    /// <returns>Row-major, count x kept.</returns>
    public static int[] Find(ComparedVectors vectors, int first, int count, int kept)
    {
        var (products, columns) = (new float[count * kept], new int[count * kept]);
        Array.Fill(products, float.MinValue);
        fixed (float* product = products)
        fixed (int* column = columns)
        {
            var sink = new LargestProducts(first, kept, product, column);
            DotTiles.Run(vectors.Rows, first, count, vectors.Columns, ref sink);
        }

        return columns;
    }

    public void Accept(int row, int rows, int column, float* tile)
    {
        for (var r = row; r < row + rows; r++, tile += DotTiles.Columns)
        {
            var at = (nint)(r - first) * kept;
            for (var c = 0; c < DotTiles.Columns; c += Vector512<float>.Count)
            {
                var larger = Vector512.GreaterThan(Vector512.Load(tile + c), Vector512.Create(products[at + kept - 1]));
                for (var mask = larger.ExtractMostSignificantBits(); mask != 0; mask &= mask - 1)
                {
                    var lane = c + BitOperations.TrailingZeroCount(mask);
                    if (column + lane != r)
                    {
                        Insert(products + at, columns + at, tile[lane], column + lane);
                    }
                }
            }
        }
    }

    void Insert(float* product, int* column, float value, int of)
    {
        var at = kept - 1;
        if (value <= product[at])
        {
            return;
        }

        for (; at > 0 && product[at - 1] < value; at--)
        {
            (product[at], column[at]) = (product[at - 1], column[at - 1]);
        }

        (product[at], column[at]) = (value, of);
    }
}
