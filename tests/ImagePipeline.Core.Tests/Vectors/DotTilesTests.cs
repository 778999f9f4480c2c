using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Tests.Vectors;

public sealed class DotTilesTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 47, 3)]
    [InlineData(8, 48, 16)]
    [InlineData(65, 49, 64)]
    [InlineData(131, 100, 256)]
    [InlineData(5, 150, 511)]
    public void Every_product_comes_once_with_the_offset_of_its_column(int rows, int columns, int dimensions)
    {
        var random = new Random(1);
        var a = Matrix(rows, dimensions, random);
        var b = Matrix(columns, dimensions, random);
        var offsets = RandomVectors.Gaussian(columns, random);
        var products = new float[rows * columns];
        var seen = new int[rows * columns];

        Multiply(a, new PackedVectors(b, offsets), products, seen);

        Assert.All(seen, times => Assert.Equal(1, times));
        for (var i = 0; i < products.Length; i++)
        {
            var expected = a[i / columns].ToArray().Zip(b[i % columns].ToArray(), (x, y) => (double)x * y).Sum() + offsets[i % columns];
            Assert.Equal(expected, products[i], 1e-4);
        }
    }

    [Fact]
    public void Vectors_loaded_in_place_of_others_replace_them()
    {
        var random = new Random(2);
        var (a, b) = (Matrix(3, 20, random), Matrix(60, 20, random));
        var packed = new PackedVectors(Matrix(60, 20, random), RandomVectors.Gaussian(60, random));
        var (fresh, reused) = (new float[180], new float[180]);

        packed.Load(b, []);
        Multiply(a, packed, reused, new int[180]);
        Multiply(a, new PackedVectors(b, []), fresh, new int[180]);

        Assert.Equal(fresh, reused);
    }

    static VectorMatrix Matrix(int rows, int dimensions, Random random) =>
        new(RandomVectors.Gaussian(rows * dimensions, random), rows, dimensions);

    static unsafe void Multiply(VectorMatrix rows, PackedVectors columns, float[] products, int[] seen)
    {
        fixed (float* product = products)
        fixed (int* times = seen)
        {
            var sink = new Kept(product, times, columns.Count);
            DotTiles.Run(rows, 0, rows.Rows, columns, ref sink);
        }
    }

    unsafe readonly struct Kept(float* products, int* seen, int columns) : ITileSink
    {
        public void Accept(int row, int rows, int column, float* tile)
        {
            for (var r = 0; r < rows; r++)
            {
                for (var c = 0; c < DotTiles.Columns; c++)
                {
                    if (column + c < columns)
                    {
                        products[(row + r) * columns + column + c] = tile[r * DotTiles.Columns + c];
                        seen[(row + r) * columns + column + c]++;
                    }
                    else
                    {
                        Assert.Equal(float.MinValue, tile[r * DotTiles.Columns + c]);
                    }
                }
            }
        }
    }
}
