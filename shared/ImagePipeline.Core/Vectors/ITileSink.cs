namespace ImagePipeline.Core.Vectors;

/// <summary>Takes the products that <see cref="DotTiles"/> computes. Implemented by structs, so that it is compiled into the loop.</summary>
unsafe interface ITileSink
{
    /// <summary>Takes the products of up to eight rows with 48 columns.</summary>
    /// <param name="row">The first row.</param>
    /// <param name="rows">How many rows, 1 to 8.</param>
    /// <param name="column">The first column; those at or above the number of packed vectors hold no more than the lowest float.</param>
    /// <param name="tile">Row-major, 8 x 48, 64-byte aligned: product and offset of the column.</param>
    void Accept(int row, int rows, int column, float* tile);
}
