using ImagePipeline.Core.Duplicates;
using ImagePipeline.Core.Hashing;
using ImagePipeline.Core.Vectors;
using ImagePipeline.Inference;

namespace ImagePipeline.Cli.Evaluation;

/// <summary>A way to tell how near two pictures are.</summary>
/// <param name="Name">As tables show it.</param>
/// <param name="Distance">Smaller is nearer; infinite where the signal says that they are no match.</param>
/// <param name="Model">Number of the model whose distance it is; null where it is none.</param>
sealed record Signal(string Name, Func<Appearance, Appearance, float> Distance, int? Model = null)
{
    /// <summary>Copies by hash come before copies by vector: the distances of the two have nothing else in
    /// common.</summary>
    const float ByVector = 1000;

    /// <summary>Every signal that the pipeline has: the hashes, the models, and what it makes of all of them.</summary>
    /// <param name="models">The models.</param>
    /// <param name="minimumProbability">The least probability by vector that is taken for a copy.</param>
    public static IReadOnlyList<Signal> All(IReadOnlyList<ModelManifest> models, double minimumProbability) =>
    [
        new("ahash", (a, b) => a.Hashes.Average.DistanceTo(b.Hashes.Average)),
        new("dhash", (a, b) => a.Hashes.Difference.DistanceTo(b.Hashes.Difference)),
        new("phash", (a, b) => a.Hashes.Perceptual.DistanceTo(b.Hashes.Perceptual)),
        new("pdq", (a, b) => a.Hashes.Pdq.DistanceTo(b.Hashes.Pdq)),
        new("pdq turned", Turned),
        .. models.Select((model, at) => new Signal(model.Name, (a, b) => ByAngle(a, b, at, model), at)),
        .. models.Select((model, at) => Verdict(models.Count == 1 ? "verdict" : $"verdict, {model.Name}", at, model, minimumProbability)),
    ];

    /// <summary>Cosine distance of what tells copies in the vectors; infinite where a picture has a vector without
    /// direction, as a black one may, which is near to nothing.</summary>
    static float ByAngle(Appearance query, Appearance reference, int at, ModelManifest model)
    {
        var part = ..model.CopyDimensions;
        var distance = Distances.Cosine(query.Vectors[at].AsSpan(part), reference.Vectors[at].AsSpan(part));
        return float.IsNaN(distance) ? float.PositiveInfinity : distance;
    }

    /// <summary>PDQ in the nearest of all eight orientations.</summary>
    static float Turned(Appearance query, Appearance reference)
    {
        var nearest = int.MaxValue;
        foreach (var orientation in query.Orientations)
        {
            nearest = Math.Min(nearest, orientation.DistanceTo(reference.Hashes.Pdq));
        }

        return nearest;
    }

    /// <summary>What the pipeline stores as a copy: by hash, by vector, or by both where neither is enough
    /// alone.</summary>
    static Signal Verdict(string name, int at, ModelManifest model, double minimumProbability)
    {
        var (enough, confirmable) = (model.CopyDistance(minimumProbability), model.Distances?.CopyIfHashNear);
        return new Signal(name, (query, reference) =>
        {
            var isMatchable = query.Hashes.IsMatchable && reference.Hashes.IsMatchable;
            var bits = isMatchable ? Turned(query, reference) : float.PositiveInfinity;
            if (bits <= Pdq.MatchDistance)
            {
                return bits;
            }

            var cosine = ByAngle(query, reference, at, model);
            return cosine <= enough || (cosine <= confirmable && bits <= CopyRules.ConfirmRadiusBits) ? ByVector + cosine : float.PositiveInfinity;
        });
    }
}
