using System.Runtime.Intrinsics;

namespace ImagePipeline.Core.Hashing;

/// <summary>
/// PDQ's cosine transform of the 64 x 64 cells, of which frequencies 1 to 16 along each axis are kept (0, the mean,
/// is not). B = (D A) D^T with D 16 x 64; cost 16*64*64 + 16*16*64 multiplies.
/// </summary>
/// <remarks>
/// Source: ThreatExchange, pdq/cpp/hashing/pdqhashing.cpp, dct64To16. Single precision, products rounded before they
/// are added and added in index order, as there, since the last bit decides ties. Each lane of a vector is one column.
/// </remarks>
static class PdqTransform
{
    /// <summary>Frequencies kept along each axis.</summary>
    public const int Kept = 16;

    const int Cells = JaroszFilter.Cells;

    /// <summary>D, row-major, 16 x 64.</summary>
    static readonly float[] Rows = CosineRows();

    /// <summary>D transposed, row-major, 64 x 16.</summary>
    static readonly float[] Columns = Transposed(Rows);

    /// <summary>Transforms.</summary>
    /// <param name="cells">64 x 64 lumas, row-major.</param>
    /// <param name="coefficients">Receives 16 x 16, row-major, vertical frequency first.</param>
    public static void Run(ReadOnlySpan<float> cells, Span<float> coefficients)
    {
        Span<float> half = stackalloc float[Kept * Cells];
        Multiply(Rows, cells, Cells, half);
        Multiply(half, Columns, Kept, coefficients);
    }

    /// <summary>Product of a 16 x 64 and a 64 x width matrix, width a multiple of 16.</summary>
    static void Multiply(ReadOnlySpan<float> left, ReadOnlySpan<float> right, int width, Span<float> product)
    {
        var lanes = Vector256<float>.Count;
        for (var column = 0; column < width; column += 2 * lanes)
        {
            for (var row = 0; row < Kept; row++)
            {
                Vector256<float> first = default, second = default;
                var factors = left.Slice(row * Cells, Cells);
                for (var k = 0; k < factors.Length; k++)
                {
                    var factor = Vector256.Create(factors[k]);
                    first += factor * Vector256.Create(right[((k * width) + column)..]);
                    second += factor * Vector256.Create(right[((k * width) + column + lanes)..]);
                }

                first.CopyTo(product[((row * width) + column)..]);
                second.CopyTo(product[((row * width) + column + lanes)..]);
            }
        }
    }

    static float[] CosineRows()
    {
        var rows = new float[Kept * Cells];
        var scale = (float)Math.Sqrt(2.0 / Cells);
        for (var i = 0; i < rows.Length; i++)
        {
            int frequency = (i / Cells) + 1, cell = i % Cells;
            rows[i] = (float)(scale * Math.Cos(Math.PI / 2 / Cells * frequency * ((2 * cell) + 1)));
        }

        return rows;
    }

    static float[] Transposed(float[] rows)
    {
        var columns = new float[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            columns[(i % Cells * Kept) + (i / Cells)] = rows[i];
        }

        return columns;
    }
}
