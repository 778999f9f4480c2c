using ImagePipeline.Clusterer;
using ImagePipeline.Core.Vectors;
using ImagePipeline.Storage;

namespace ImagePipeline.Services.Tests.Pipeline;

/// <summary>Candidates of a model that tells copies by the first half of its vectors and look-alikes by the whole.</summary>
public sealed class RelatedModelTests
{
    const int Half = 64;

    [Fact]
    public void Near_in_the_part_and_far_in_the_whole_is_a_candidate_and_so_is_the_reverse()
    {
        var model = Model("""{"distances":{"copy":0.1,"copy_dimensions":64,"similar":0.3}}""");
        var random = new Random(5);
        var (query, copy, alike) = (Vector(random), Vector(random), Vector(random));
        query.AsSpan(..Half).CopyTo(copy); // the same by its first half, any by its second
        for (var at = 0; at < Half; at++)
        {
            // by far the most of the length lies in the second half, which is the same
            (query[Half + at], alike[Half + at]) = (8 * query[Half + at], 8 * query[Half + at]);
        }

        var ids = Enumerable.Range(0, 500).Select(_ => Guid.NewGuid()).ToArray();
        foreach (var id in ids[3..])
        {
            model.Add(id, Vector(random));
        }

        model.Add(ids[0], query);
        model.Add(ids[1], copy);
        model.Add(ids[2], alike);

        Assert.True(Distances.Cosine(query, copy) > 0.5 && Distances.Cosine(query.AsSpan(..Half), alike.AsSpan(..Half)) > 0.5);
        Assert.Equal([ids[1], ids[2]], model.Candidates(ids[0], query, 1, 1));
    }

    [Fact]
    public void Without_a_part_of_its_own_the_whole_decides_both()
    {
        var model = Model("""{"distances":{"copy":0.1,"similar":0.3}}""");
        var (a, b) = (Guid.NewGuid(), Guid.NewGuid());
        var vector = Vector(new Random(6));
        model.Add(a, vector);
        model.Add(b, vector);

        Assert.Equal([b], model.Candidates(a, vector, 1, 1));
        Assert.Equal(2 * Half, model.CopyPart(vector).Length);
    }

    [Fact]
    public void A_calibration_decides_by_its_probability_and_a_distance_limits_it()
    {
        const string Calibration = """ "calibration":{"distances":[0.1,0.3],"probabilities":[0.95,0.85]} """;

        Assert.Equal(0.2, Model("{" + Calibration + "}").CopyDistance!.Value, 1e-12);
        Assert.Equal(0.15, Model("{" + Calibration + ""","distances":{"copy":0.15}}""").CopyDistance!.Value, 1e-12);
        Assert.False(Model("{" + Calibration.Replace("0.95,0.85", "0.8,0.7", StringComparison.Ordinal) + "}").Decides);
    }

    [Fact]
    public void Nearly_all_that_are_near_are_candidates_and_few_others()
    {
        const double Copy = 0.25;
        var model = Model("""{"distances":{"copy":0.25,"copy_dimensions":64,"similar":0.3}}""");
        var random = new Random(7);
        var centres = Enumerable.Range(0, 40).Select(_ => Vector(random)).ToArray();
        var vectors = Enumerable.Range(0, 1600).ToDictionary(_ => Guid.NewGuid(), number =>
        {
            // As far from its centre as makes distances in a family from 0.1 to 0.5.
            var spread = 0.3f + (0.5f * random.NextSingle());
            return centres[number % centres.Length].Zip(Vector(random), (x, noise) => x + (spread * noise)).ToArray();
        });
        foreach (var (id, vector) in vectors)
        {
            model.Add(id, vector);
        }

        var (near, found, candidates) = (0, 0, 0);
        foreach (var (id, vector) in vectors)
        {
            var copies = vectors.Where(other => other.Key != id
                && Distances.Cosine(vector.AsSpan(..Half), other.Value.AsSpan(..Half)) <= Copy).Select(other => other.Key).ToHashSet();
            var given = model.Candidates(id, vector, 1000, 0).ToArray();
            near += copies.Count;
            found += given.Count(copies.Contains);
            candidates += given.Length;
        }

        Assert.InRange(near, 10_000, 50_000);
        Assert.InRange(found, near * 0.995, near);
        Assert.InRange(candidates, near, near * 1.6);
    }

    static RelatedModel Model(string manifest) => new(new ModelRow("m", "m", "1", 2 * Half, manifest), 0.9);

    static float[] Vector(Random random) => [.. Enumerable.Range(0, 2 * Half).Select(_ => (float)((random.NextDouble() * 2) - 1))];
}
