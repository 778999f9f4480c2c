namespace ImagePipeline.Core.Vectors;

/// <summary>Vectors of one length, one after the other in memory: row-major, <see cref="Rows"/> x <see cref="Dimensions"/>.</summary>
/// <remarks>A view: it owns and copies nothing. One array holds up to 2,147,483,591 numbers, 8.4 million vectors of 256 dimensions.</remarks>
public readonly record struct VectorMatrix
{
    /// <summary>Looks at numbers as vectors.</summary>
    /// <param name="values">Row-major, <paramref name="rows"/> x <paramref name="dimensions"/> numbers.</param>
    /// <param name="rows">How many vectors, 0 or more.</param>
    /// <param name="dimensions">Numbers of a vector, at least 1.</param>
    /// <exception cref="ArgumentException">There are more or fewer numbers than that.</exception>
    public VectorMatrix(ReadOnlyMemory<float> values, int rows, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        if (values.Length != (long)rows * dimensions)
        {
            throw new ArgumentException(
                $"Expected {rows} x {dimensions} = {(long)rows * dimensions} numbers, got {values.Length}.", nameof(values));
        }

        Memory = values;
        Rows = rows;
        Dimensions = dimensions;
    }

    /// <summary>How many vectors.</summary>
    public int Rows { get; }

    /// <summary>Numbers of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>All numbers, row-major.</summary>
    public ReadOnlyMemory<float> Memory { get; }

    /// <summary>One vector.</summary>
    /// <param name="row">0 to <see cref="Rows"/> - 1.</param>
    public ReadOnlySpan<float> this[int row] => Memory.Span.Slice(row * Dimensions, Dimensions);

    /// <summary>Neighbouring rows, not copied.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many.</param>
    public VectorMatrix Slice(int first, int count) =>
        new(Memory.Slice(first * Dimensions, count * Dimensions), count, Dimensions);

    /// <summary>Copies chosen rows, in the order given.</summary>
    /// <param name="rows">Which; a row may come more than once.</param>
    public VectorMatrix Select(ReadOnlySpan<int> rows)
    {
        var chosen = new float[checked(rows.Length * Dimensions)];
        for (var i = 0; i < rows.Length; i++)
        {
            this[rows[i]].CopyTo(chosen.AsSpan(i * Dimensions));
        }

        return new(chosen, rows.Length, Dimensions);
    }
}
