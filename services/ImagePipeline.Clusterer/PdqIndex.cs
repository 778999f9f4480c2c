using ImagePipeline.Core.Duplicates;
using ImagePipeline.Core.Hamming;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Clusterer;

/// <summary>What the index keeps of an image.</summary>
public readonly record struct IndexedPicture(Guid ImageId, Hash256 Pdq, int PdqQuality, int WidthPx, int HeightPx)
{
    /// <summary>True where the picture has too little structure for its hash to mean anything.</summary>
    public bool IsFlat => PdqQuality < Core.Hashing.Pdq.MinimumMatchQuality;
}

/// <summary>An indexed picture that matches a query.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Transform">What turns the query into the picture.</param>
/// <param name="DistanceBits">Differing bits, 0 to the radius.</param>
public readonly record struct PdqMatch(IndexedPicture Picture, DihedralTransform Transform, int DistanceBits);

/// <summary>
/// The upright PDQ hashes of the collection, in memory, growing as images arrive. Flat pictures match nothing by hash; they are kept
/// by their exact hash and size alone, so that the same picture in another encoding is still found.
/// Memory: about 250 bytes per image.
/// </summary>
public sealed class PdqIndex
{
    readonly HammingIndex _index = new();
    readonly List<IndexedPicture> _pictures = [];
    readonly HashSet<Guid> _known = [];
    readonly Dictionary<(Hash256, int, int), List<IndexedPicture>> _flat = [];
    readonly List<Match> _found = [];

    /// <summary>Pictures in the index, flat ones included.</summary>
    public int Count => _known.Count;

    /// <summary>Adds a picture unless it is there already.</summary>
    public void Add(IndexedPicture picture)
    {
        if (!_known.Add(picture.ImageId))
        {
            return;
        }

        if (!picture.IsFlat)
        {
            _index.Add(picture.Pdq);
            _pictures.Add(picture);
            return;
        }

        var key = (picture.Pdq, picture.WidthPx, picture.HeightPx);
        if (!_flat.TryGetValue(key, out var alike))
        {
            _flat[key] = alike = [];
        }

        alike.Add(picture);
    }

    /// <summary>Pictures other than <paramref name="query"/> itself that match one of its orientations.</summary>
    /// <param name="query">The picture.</param>
    /// <param name="orientations">Its PDQ in the order of <see cref="DihedralTransform"/>, upright first.</param>
    /// <param name="radius">Most differing bits.</param>
    /// <param name="limit">Most matches returned, nearest first and by image id among equals.</param>
    public IReadOnlyList<PdqMatch> Search(
        IndexedPicture query, ReadOnlySpan<Hash256> orientations, int radius, int limit)
    {
        if (query.IsFlat)
        {
            return _flat.TryGetValue((query.Pdq, query.WidthPx, query.HeightPx), out var alike)
                ? [.. alike.Where(picture => picture.ImageId != query.ImageId).OrderBy(picture => picture.ImageId).Take(limit)
                    .Select(picture => new PdqMatch(picture, DihedralTransform.None, 0))]
                : [];
        }

        // A picture may match in several orientations, a symmetric one in all: the nearest counts, the first among equals.
        var nearest = new Dictionary<int, (DihedralTransform Transform, int Distance)>();
        for (var orientation = 0; orientation < orientations.Length; orientation++)
        {
            _found.Clear();
            _index.Search(orientations[orientation], radius, _found);
            foreach (var match in _found)
            {
                if (!nearest.TryGetValue(match.Ordinal, out var known) || match.Distance < known.Distance)
                {
                    nearest[match.Ordinal] = ((DihedralTransform)orientation, match.Distance);
                }
            }
        }

        return [.. nearest.Select(match => new PdqMatch(_pictures[match.Key], match.Value.Transform, match.Value.Distance))
            .Where(match => match.Picture.ImageId != query.ImageId)
            .OrderBy(match => match.DistanceBits).ThenBy(match => match.Picture.ImageId).Take(limit)];
    }
}
