using ImagePipeline.Core.Duplicates;
using ImagePipeline.Core.Hashing;
using ImagePipeline.Storage.Tags;
using Npgsql;

namespace ImagePipeline.Storage.Tests.Search;

/// <summary>A small collection in which every function of the database has something to find.</summary>
static class SearchSample
{
    public const string Model = "searched_1";
    public const int Dimensions = 16;

    static readonly string[] Formats = ["jpeg", "png", "webp"];
    static readonly string[] Colours = ["#102030", "#ffffff", "#c01010", "#10a030", "#e0c020"];

    public static ImageRow Image(int number) => Sample.Image(number) with
    {
        Format = Formats[number % 3],
        WidthPx = 100 + number,
        HeightPx = 80 + number % 50,
        Bytes = 1_000 + 10 * number,
        TakenAt = number % 7 == 0 ? null : Sample.Then.DateTime.AddHours(number),
    };

    public static string Uri(int number) => $"file:///photos/{number % 4}/pic_{number:d4}.jpg";

    public static HashRow Hashes(int number) => Sample.Hashes(number) with
    {
        // Every third is a few bits off the one before.
        Pdq = number % 3 == 2 ? Flipped(Sample.Hashes(number - 1).Pdq, number % 40) : Sample.Hashes(number).Pdq,
        PdqQuality = number % 10 == 4 ? 20 : 80,
        Colours = [Colours[number % 5], Colours[(number + 1) % 5]],
        Shares = [0.5f + number % 50 / 100f, 0.5f - number % 50 / 100f],
    };

    public static float[] Vector(int number) => Sample.Vector(number, Dimensions);

    /// <summary>Stores that many images with all that is known of them; the last one is rejected.</summary>
    public static async Task FillAsync(NpgsqlDataSource source, int images, string model = Model)
    {
        var numbers = Enumerable.Range(0, images).ToArray();
        Guid[] ids = [.. numbers.Select(Sample.Id)];
        await new SourceStore(source).RegisterAsync(
            [.. numbers.Select(n => SourceRow.Ingested(Uri(n), $"etag-{n}", 1, Sample.Then, Image(n)))], Guid.NewGuid());
        await new HashStore(source).WriteAsync(ImageHasher.Algorithm, [.. numbers.Select(Hashes)]);
        var vectors = new VectorStore(source);
        await vectors.RegisterModelAsync(new ModelRow(model, "Test", "1", Dimensions, "{}"));
        await vectors.WriteAsync(model, ids, [.. numbers.Select(Vector)]);
        await new ActiveModelStore(source).ActivateAsync(model);
        await new DuplicateStore(source).WriteEdgesAsync(
        [
            Pair(0, 1, DuplicateKind.SamePixels, Evidence.Pixels, DihedralTransform.None, 0),
            Pair(0, 2, DuplicateKind.EditedCopy, Evidence.Pdq, DihedralTransform.Rotate90, 9),
            Pair(0, 3, DuplicateKind.Similar, Evidence.Embedding, DihedralTransform.None, 0.2f, model),
            Pair(0, 4, DuplicateKind.EditedCopy, Evidence.Pdq, DihedralTransform.Mirror, 12),
        ]);
        await new TagStore(source).AddAsync("tenth", [.. numbers.Where(static n => n % 10 == 0).Select(Sample.Id)], "ann");
        await using var reject = source.CreateCommand("UPDATE image SET rejected_reason = 'truncated' WHERE image_id = $1");
        await reject.With(Sample.Id(images - 1)).ExecuteNonQueryAsync();
    }

    static DuplicateEdge Pair(
        int one, int other, DuplicateKind kind, string evidence, DihedralTransform transform, float distance, string? model = null) =>
        DuplicateEdge.Between(Sample.Id(one), Sample.Id(other), kind, evidence, transform, distance, model);

    static Hash256 Flipped(Hash256 hash, int bits)
    {
        Span<ulong> words = [hash.W0, hash.W1, hash.W2, hash.W3];
        for (var bit = 0; bit < bits; bit++)
        {
            var at = bit * 53 % 256;
            words[at >> 6] ^= 1UL << (at & 63);
        }

        return new(words[0], words[1], words[2], words[3]);
    }
}
