using System.Security.Cryptography;
using ImagePipeline.Core.Duplicates;
using ImagePipeline.Core.Hashing;
using ImagePipeline.Imaging;
using ImagePipeline.Inference;
using ImagePipeline.Storage;

namespace ImagePipeline.Search;

/// <summary>An image of the collection that a picture is a copy of, or similar to.</summary>
/// <param name="Kind">What the picture is to it.</param>
/// <param name="Evidence">What shows it, one of <see cref="Storage.Evidence"/>.</param>
/// <param name="Transform">What turns the picture into it.</param>
/// <param name="Distance">Smaller is nearer; bits of 256 for PDQ, cosine distance for embeddings, 0 otherwise.</param>
/// <param name="Image">The image and the files that hold it.</param>
/// <param name="Probability">That the picture is a copy of it, where its vector shows that and the model is calibrated.</param>
public sealed record CopyMatch(
    DuplicateKind Kind, string Evidence, DihedralTransform Transform, double Distance, ImageFacts Image, double? Probability = null);

/// <summary>Is this picture in the collection already, and as what? The same signals and distances as the
/// near-duplicate stage; nothing is stored. The hashes are compared exactly, all of them, as they come from the
/// database.
/// </summary>
/// <param name="hashes">Hashes of the collection.</param>
/// <param name="vectors">Its vectors.</param>
/// <param name="files">Its files.</param>
/// <param name="engine">The model that the vectors are of.</param>
/// <param name="twins">Compares pixels.</param>
/// <param name="limits">Limits of the picture.</param>
/// <param name="minimumProbability">The least probability by vector that is taken for a copy.</param>
public sealed class CopyCheck(
    HashStore hashes, VectorStore vectors, FileStore files, EmbeddingEngine engine, PixelTwins twins, ImageLimits limits,
    double minimumProbability)
{
    const int MostMatches = 100;

    /// <summary>Everything in the collection that <paramref name="bytes"/> is a copy of or similar to, strongest
    /// first.</summary>
    /// <returns>The matches, or why the picture cannot be used.</returns>
    public async Task<(IReadOnlyList<CopyMatch> Matches, Rejection? Rejection)> CheckAsync(
        ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        var probe = ImageProbe.Read(bytes.Span, limits);
        using var decoded = ImageDecoder.DecodeToFit(bytes.Span, ImageHasher.FitPx, limits);
        if (probe.Header is not { } header || decoded.Pixels is not { } pixels)
        {
            return ([], probe.Header is null ? probe.Rejection : decoded.Rejection);
        }

        var found = new Dictionary<Guid, (DuplicateKind Kind, string Evidence, DihedralTransform Transform, double Distance)>
        {
            [ImageIdentity.FromSha256(SHA256.HashData(bytes.Span))] =
                (DuplicateKind.SameBytes, Evidence.Bytes, DihedralTransform.None, 0),
        };
        await AddByVectorAsync(bytes, found, cancel);
        await AddByHashAsync(bytes, header, pixels, found, cancel);

        var curve = engine.Model.Manifest.Calibration?.Curve;
        var facts = await files.OfImagesAsync([.. found.Keys], cancel);
        return ([.. found.Where(match => facts.ContainsKey(match.Key))
            .Select(match => new CopyMatch(
                match.Value.Kind, match.Value.Evidence, match.Value.Transform, match.Value.Distance, facts[match.Key],
                match.Value is (DuplicateKind.EditedCopy, Evidence.Embedding, _, _) ? curve?.At(match.Value.Distance) : null))
            .OrderBy(match => match.Kind).ThenBy(match => match.Evidence == Evidence.Embedding).ThenBy(match => match.Distance)
            .Take(MostMatches)], null);
    }

    async Task AddByHashAsync(
        ReadOnlyMemory<byte> bytes, ImageHeader header, PixelBuffer pixels,
        Dictionary<Guid, (DuplicateKind, string, DihedralTransform, double)> found, CancellationToken cancel)
    {
        var hashed = ImageHasher.Compute(pixels.Rgb, pixels.WidthPx, pixels.HeightPx);
        var orientations = PdqOrientations.Of(hashed.PdqVariants);
        var flat = hashed.PdqQuality < Pdq.MinimumMatchQuality;
        var confirmable = engine.Model.Manifest.Distances?.CopyIfHashNear ?? -1;
        var maybeTwins = new List<Guid>();
        await foreach (var row in hashes.ReadPdqAsync(ImageHasher.Algorithm, cancel: cancel))
        {
            var (position, distance) = Nearest(orientations, row.Pdq);
            var sameSize = row.WidthPx == header.WidthPx && row.HeightPx == header.HeightPx;
            if (sameSize && hashed.Pdq.DistanceTo(row.Pdq) <= (flat ? 0 : CopyRules.SamePixelsRadiusBits))
            {
                maybeTwins.Add(row.ImageId);
            }

            if (flat || row.Quality < Pdq.MinimumMatchQuality)
            {
                continue;
            }

            if (distance <= Pdq.MatchDistance && !(found.TryGetValue(row.ImageId, out var known) && known.Item1 == DuplicateKind.SameBytes))
            {
                found[row.ImageId] = (DuplicateKind.EditedCopy, Evidence.Pdq, (DihedralTransform)position, distance);
            }
            else if (found.TryGetValue(row.ImageId, out var near) && near.Item1 == DuplicateKind.Similar
                && near.Item4 <= confirmable && hashed.Pdq.DistanceTo(row.Pdq) <= CopyRules.ConfirmRadiusBits)
            {
                found[row.ImageId] = near with { Item1 = DuplicateKind.EditedCopy };
            }
        }

        foreach (var twin in await twins.AmongAsync(bytes, maybeTwins, cancel))
        {
            if (!found.TryGetValue(twin, out var match) || match.Item1 != DuplicateKind.SameBytes)
            {
                found[twin] = (DuplicateKind.SamePixels, Evidence.Pixels, DihedralTransform.None, 0);
            }
        }
    }

    async Task AddByVectorAsync(
        ReadOnlyMemory<byte> bytes, Dictionary<Guid, (DuplicateKind, string, DihedralTransform, double)> found,
        CancellationToken cancel)
    {
        var manifest = engine.Model.Manifest;
        var (copy, similar) = ((float)(manifest.CopyDistance(minimumProbability) ?? -1), manifest.Distances?.Similar ?? -1);
        using var decoded = ImageDecoder.DecodeForModel(bytes.Span, engine.Model.Manifest.InputShape(), limits);
        if (decoded.Pixels is not { } pixels || Math.Max(copy, similar) < 0)
        {
            return;
        }

        var vector = await engine.EmbedAsync(pixels.RgbMemory, cancel);
        await AddAsync(DuplicateKind.EditedCopy, vector.AsSpan(..manifest.CopyDimensions).ToArray(), copy);
        await AddAsync(DuplicateKind.Similar, vector, similar);

        async Task AddAsync(DuplicateKind kind, float[] query, float reach)
        {
            if (reach < 0)
            {
                return;
            }

            var part = query.Length < vector.Length ? query.Length : (int?)null;
            foreach (var near in await vectors.NearestAsync(
                manifest.ModelId.ToString(), query, MostMatches, exclude: null, reach, part, cancel: cancel))
            {
                found.TryAdd(near.ImageId, (kind, Evidence.Embedding, DihedralTransform.None, near.Distance));
            }
        }
    }

    /// <summary>The orientation in which the query is nearest to a hash, the first among equals.</summary>
    static (int Position, int Distance) Nearest(Hash256[] orientations, Hash256 other)
    {
        var best = (Position: 0, Distance: int.MaxValue);
        for (var position = 0; position < orientations.Length; position++)
        {
            var distance = orientations[position].DistanceTo(other);
            best = distance < best.Distance ? (position, distance) : best;
        }

        return best;
    }
}
