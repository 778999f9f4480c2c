using System.Security.Cryptography;
using ImagePipeline.Services.Tests.Pipeline;
using ImagePipeline.Storage;

namespace ImagePipeline.Services.Tests.Clusters;

/// <summary>Made-up images whose vectors lie around some directions: image n around direction n % blobs, or where it is told.</summary>
static class Blobs
{
    public const string Model = "blobs_1";
    public const int Dimensions = 16;

    public static Guid Id(int number) => new(Sha(number).AsSpan(0, 16), bigEndian: true);

    /// <summary>Makes the model the only one.</summary>
    public static async Task PrepareAsync(PipelineFixture pipeline)
    {
        await pipeline.ResetAsync();
        await pipeline.ExecuteAsync($"DROP TABLE IF EXISTS embedding_{Model}");
        await new VectorStore(pipeline.Database.Source).RegisterModelAsync(new ModelRow(Model, "blobs", "1", Dimensions, "{}"));
    }

    /// <summary>Adds images and their vectors, in folders that tell the blob.</summary>
    public static async Task AddAsync(PipelineFixture pipeline, IEnumerable<int> numbers, Func<int, int> blobOf)
    {
        int[] all = [.. numbers];
        await new SourceStore(pipeline.Database.Source).RegisterAsync(
            [.. all.Select(number => SourceRow.Ingested(
                $"file:///photos/kind {blobOf(number)}/{number:d5}.jpg", "etag", 1000, DateTimeOffset.UnixEpoch,
                new ImageRow(Id(number), Sha(number), "jpeg", 640, 480, 1000)))],
            Guid.NewGuid());
        await new VectorStore(pipeline.Database.Source).WriteAsync(
            Model, [.. all.Select(Id)], [.. all.Select(number => Vector(number, blobOf(number)))]);
    }

    public static float[] Vector(int number, int blob)
    {
        var (centre, own) = (new Random(1000 + blob), new Random(number));
        return [.. Enumerable.Range(0, Dimensions).Select(_ => Wide(centre) + (0.15f * Wide(own)))];
    }

    static float Wide(Random random) => (2 * random.NextSingle()) - 1;

    static byte[] Sha(int number) => SHA256.HashData(BitConverter.GetBytes(number));
}
