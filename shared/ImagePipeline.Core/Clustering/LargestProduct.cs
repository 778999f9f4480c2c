using System.Runtime.Intrinsics;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>Keeps for every row the column with the largest product; of equal ones the first.</summary>
/// <param name="best">The largest so far, one a row, the lowest float at first.</param>
/// <param name="columns">Its column, one a row.</param>
unsafe readonly struct LargestProduct(float* best, int* columns) : ITileSink
{
    public void Accept(int row, int rows, int column, float* tile)
    {
        for (var r = 0; r < rows; r++, tile += DotTiles.Columns)
        {
            var largest = Vector512.Max(Vector512.Max(Vector512.Load(tile), Vector512.Load(tile + 16)), Vector512.Load(tile + 32));
            if (!Vector512.GreaterThanAny(largest, Vector512.Create(best[row + r])))
            {
                continue;
            }

            for (var c = 0; c < DotTiles.Columns; c++)
            {
                if (tile[c] > best[row + r])
                {
                    (best[row + r], columns[row + r]) = (tile[c], column + c);
                }
            }
        }
    }
}
