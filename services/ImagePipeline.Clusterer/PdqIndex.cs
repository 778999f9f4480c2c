using System.Runtime.InteropServices;
using ImagePipeline.Core.Collections;
using ImagePipeline.Core.Duplicates;
using ImagePipeline.Core.Hamming;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Clusterer;

/// <summary>What the index is told of an image.</summary>
public readonly record struct IndexedPicture(Guid ImageId, Hash256 Pdq, int PdqQuality, int WidthPx, int HeightPx)
{
    /// <summary>True where the picture has too little structure for its hash to mean anything.</summary>
    public bool IsFlat => PdqQuality < Core.Hashing.Pdq.MinimumMatchQuality;
}

/// <summary>An indexed picture that matches a query.</summary>
/// <param name="ImageId">The picture.</param>
/// <param name="WidthPx">Its width, pixels.</param>
/// <param name="HeightPx">Its height, pixels.</param>
/// <param name="Transform">What turns the query into the picture.</param>
/// <param name="DistanceBits">Differing bits, 0 to the radius.</param>
public readonly record struct PdqMatch(
    Guid ImageId, int WidthPx, int HeightPx, DihedralTransform Transform, int DistanceBits);

/// <summary>
/// The upright PDQ hashes of the collection, in memory, growing as images arrive. Flat pictures match nothing by hash; they are kept
/// by their exact hash and size alone, so that the same picture in another encoding is still found.
/// Memory: about 140 bytes per image.
/// </summary>
public sealed class PdqIndex
{
    readonly IdNumbers _known = new();
    readonly ChunkedList<(int WidthPx, int HeightPx)> _sizes = new(); // by the number of the picture
    readonly HammingIndex _index = new();
    readonly ChunkedList<int> _pictures = new(); // by the ordinal in the index: the number of the picture
    readonly Dictionary<(Hash256, int, int), int> _flat = []; // the number of the last picture of that hash and size
    readonly Dictionary<int, int> _flatBefore = []; // the number of the one before it
    readonly List<Match> _found = [];

    /// <summary>Pictures in the index, flat ones included.</summary>
    public int Count => _known.Count;

    /// <summary>Adds a picture unless it is there already.</summary>
    public void Add(IndexedPicture picture)
    {
        if (!_known.Add(picture.ImageId, out var number))
        {
            return;
        }

        _sizes.Add((picture.WidthPx, picture.HeightPx));
        if (!picture.IsFlat)
        {
            _index.Add(picture.Pdq);
            _pictures.Add(number);
            return;
        }

        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _flat, (picture.Pdq, picture.WidthPx, picture.HeightPx), out var isKnown);
        if (isKnown)
        {
            _flatBefore.Add(number, last);
        }

        last = number;
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
            return [.. FlatAlike(query).Select(number => Match(number, DihedralTransform.None, 0))
                .Where(match => match.ImageId != query.ImageId).OrderBy(match => match.ImageId).Take(limit)];
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

        return [.. nearest.Select(match => Match(_pictures[match.Key], match.Value.Transform, match.Value.Distance))
            .Where(match => match.ImageId != query.ImageId)
            .OrderBy(match => match.DistanceBits).ThenBy(match => match.ImageId).Take(limit)];
    }

    /// <summary>The numbers of the flat pictures of the same hash and size.</summary>
    IEnumerable<int> FlatAlike(IndexedPicture query)
    {
        var more = _flat.TryGetValue((query.Pdq, query.WidthPx, query.HeightPx), out var number);
        for (; more; more = _flatBefore.TryGetValue(number, out number))
        {
            yield return number;
        }
    }

    PdqMatch Match(int number, DihedralTransform transform, int distanceBits) =>
        new(_known[number], _sizes[number].WidthPx, _sizes[number].HeightPx, transform, distanceBits);
}
