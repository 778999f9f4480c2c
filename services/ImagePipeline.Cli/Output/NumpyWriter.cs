using System.Runtime.InteropServices;
using System.Text;

namespace ImagePipeline.Cli.Output;

/// <summary>Writes a float32 matrix as a NumPy .npy file, version 1.0, little-endian, C order, row by row.</summary>
/// <remarks>Format: numpy.lib.format in the NumPy documentation. The header is padded so that the data begin at a multiple of 64.</remarks>
sealed class NumpyWriter : IDisposable
{
    readonly FileStream _file;
    readonly int _columns;

    /// <summary>Creates the file and writes its header.</summary>
    public NumpyWriter(string path, int rows, int columns)
    {
        _columns = columns;
        _file = File.Create(path);
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}";
        var length = (10 + header.Length + 1 + 63) / 64 * 64 - 10;
        _file.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)length, (byte)(length >> 8)]);
        _file.Write(Encoding.ASCII.GetBytes(header.PadRight(length - 1) + '\n'));
    }

    /// <summary>Appends one row.</summary>
    /// <exception cref="ArgumentException"><paramref name="row"/> has another length than the columns.</exception>
    public void WriteRow(ReadOnlySpan<float> row)
    {
        if (row.Length != _columns)
        {
            throw new ArgumentException($"A row has {_columns} values, not {row.Length}.", nameof(row));
        }

        _file.Write(MemoryMarshal.AsBytes(row));
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
