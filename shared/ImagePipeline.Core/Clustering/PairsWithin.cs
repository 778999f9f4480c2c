using System.Numerics;
using System.Runtime.Intrinsics;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>Takes the columns within a radius of a row.</summary>
interface IWithinSink
{
    /// <summary>Takes up to 48 neighbours.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The column of the lowest bit.</param>
    /// <param name="within">A bit for each column within the radius; the row itself is within.</param>
    void Accept(int row, int column, ulong within);
}

/// <summary>Finds pairs within a radius: products decide, where they are clear; the difference itself where they are not.</summary>
/// <param name="vectors">All vectors.</param>
/// <param name="squaredRadius">The square of the radius.</param>
/// <param name="longest">The largest |y|² of all.</param>
/// <param name="sink">Takes the pairs.</param>
unsafe struct PairsWithin<TSink>(ComparedVectors vectors, float squaredRadius, float longest, TSink sink) : ITileSink
    where TSink : struct, IWithinSink
{
    TSink _sink = sink;

    public void Accept(int row, int rows, int column, float* tile)
    {
        for (var r = row; r < row + rows; r++, tile += DotTiles.Columns)
        {
            var length = vectors.SquaredLengths[r];
            var doubt = ComparedVectors.Doubt * (length + longest);
            var surely = Vector512.Create((length - squaredRadius + doubt) / 2);
            var perhaps = Vector512.Create((length - squaredRadius - doubt) / 2);
            ulong within = 0, open = 0;
            for (var c = 0; c < DotTiles.Columns; c += Vector512<float>.Count)
            {
                var products = Vector512.Load(tile + c);
                var sure = Vector512.GreaterThanOrEqual(products, surely).ExtractMostSignificantBits();
                within |= sure << c;
                open |= (Vector512.GreaterThanOrEqual(products, perhaps).ExtractMostSignificantBits() & ~sure) << c;
            }

            for (; open != 0; open &= open - 1)
            {
                var lane = BitOperations.TrailingZeroCount(open);
                if (column + lane < vectors.Rows.Rows && vectors.Squared(r, column + lane) <= squaredRadius)
                {
                    within |= 1UL << lane;
                }
            }

            if (within != 0)
            {
                _sink.Accept(r, column, within);
            }
        }
    }
}
