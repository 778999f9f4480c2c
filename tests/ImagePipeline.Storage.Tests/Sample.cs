using System.Security.Cryptography;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Storage.Tests;

/// <summary>Made-up rows; equal numbers make equal rows.</summary>
static class Sample
{
    public static readonly DateTimeOffset Then = new(2024, 5, 17, 10, 30, 0, TimeSpan.Zero);

    public static ImageRow Image(int number)
    {
        var sha = SHA256.HashData(BitConverter.GetBytes(number));
        return new ImageRow(
            new Guid(sha.AsSpan(0, 16), bigEndian: true), sha, "jpeg", 640 + number, 480, 1000 + number,
            TakenAt: Then.DateTime);
    }

    public static Guid Id(int number) => Image(number).ImageId;

    public static SourceRow File(int number, string? uri = null) => SourceRow.Ingested(
        uri ?? $"file:///photos/{number:d6}.jpg", $"etag-{number}", 1000 + number, Then, Image(number));

    public static HashRow Hashes(int number)
    {
        var random = new Random(number);
        return new HashRow(
            Id(number), Bits(random), Bits(random), Bits(random),
            new Hash256(Bits(random).Bits, Bits(random).Bits, Bits(random).Bits, Bits(random).Bits),
            number % 101, ["#102030", "#ffffff"], [0.75f, 0.25f]);
    }

    public static float[] Vector(int number, int dimensions)
    {
        var random = new Random(number);
        return [.. Enumerable.Range(0, dimensions).Select(_ => (float)(Half)(random.NextSingle() * 2 - 1))];
    }

    public static Guid[] Ordered(params int[] numbers) => [.. numbers.Select(Id).Order()];

    static Hash64 Bits(Random random) => new((ulong)random.NextInt64(long.MinValue, long.MaxValue));
}
