using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;
using ImagePipeline.Ingest;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Cli.Bench;

/// <summary>The encoded pictures of a measurement, in memory: reading files is no part of it.</summary>
/// <param name="Files">Bytes of each, at least one; every one decodes.</param>
/// <param name="Source">Where they are from, in words.</param>
sealed record BenchPictures(IReadOnlyList<byte[]> Files, string Source)
{
    const int Most = 512;
    const long MostBytes = 256 << 20;

    /// <summary>Scenes such as <c>demo</c> draws, as JPEGs of the size that pages show.</summary>
    public static BenchPictures Draw()
    {
        const int Count = 24;
        var files = new byte[Count][];
        Parallel.For(0, Count, seed =>
        {
            var scene = RgbPicture.Scene(seed, 640, 480);
            files[seed] = ImageEncoder.ToJpeg(scene.Rgb, 640, 480, 85);
        });
        return new BenchPictures(files, $"{Count} drawn JPEGs of 640 x 480");
    }

    /// <summary>The pictures of a folder that decode: those listed first, up to 512 and 256 MiB.</summary>
    /// <exception cref="UsageException">There is no picture in it.</exception>
    public static async Task<BenchPictures> ReadAsync(string folder, ModelInputShape shape, CancellationToken cancel)
    {
        var files = new List<byte[]>();
        var total = 0L;
        foreach (var path in FolderWalk.Walk(folder).Select(file => FolderObjects.PathOf(file.Uri)))
        {
            if (files.Count == Most || total > MostBytes)
            {
                break;
            }

            if (await ReadPictureAsync(path, shape, cancel) is { } bytes)
            {
                files.Add(bytes);
                total += bytes.Length;
            }
        }

        return files.Count > 0
            ? new BenchPictures(files, $"{files.Count} pictures of {folder}")
            : throw new UsageException($"there is no picture that can be read in '{folder}'.");
    }

    static async Task<byte[]?> ReadPictureAsync(string path, ModelInputShape shape, CancellationToken cancel)
    {
        try
        {
            if (new FileInfo(path).Length > ImageLimits.Default.MaxBytes)
            {
                return null;
            }

            var bytes = await File.ReadAllBytesAsync(path, cancel);
            using var decoded = ImageDecoder.DecodeForModel(bytes, shape);
            return decoded.IsDecoded ? bytes : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
