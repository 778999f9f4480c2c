using System.Buffers.Binary;
using System.Text;

namespace ImagePipeline.Imaging.Tests;

/// <summary>Puts a hand-made EXIF block behind the first marker of a JPEG.</summary>
static class ExifBytes
{
    /// <summary>Orientation (0: none) and, optionally, DateTimeOriginal ("2011:03:13 17:34:41").</summary>
    public static byte[] InJpeg(byte[] jpeg, int orientation, string? taken = null)
    {
        var payload = new List<byte>(Encoding.ASCII.GetBytes("Exif\0\0MM\0*"));
        payload.AddRange([0, 0, 0, 8]);
        payload.AddRange([0, (byte)(taken is null ? 1 : 2)]);
        // Orientation: tag 0x0112, one SHORT.
        payload.AddRange([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0]);
        if (taken is not null)
        {
            // The EXIF directory: tag 0x8769, one LONG, at 8 + 2 + 2 * 12 + 4 = 38; its text follows it at 38 + 2 + 12
            // + 4 = 56.
            payload.AddRange([0x87, 0x69, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38]);
            payload.AddRange([0, 0, 0, 0]);
            payload.AddRange([0, 1, 0x90, 0x03, 0, 2, 0, 0, 0, 20, 0, 0, 0, 56]);
            payload.AddRange([0, 0, 0, 0]);
            payload.AddRange(Encoding.ASCII.GetBytes(taken + "\0"));
        }
        else
        {
            payload.AddRange([0, 0, 0, 0]);
        }
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(payload.Count + 2));
        return [.. jpeg[..2], 0xff, 0xe1, .. length, .. payload, .. jpeg[2..]];
    }
}
