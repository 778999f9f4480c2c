namespace ImagePipeline.Core.Hamming;

/// <summary>One hash found near a query.</summary>
/// <param name="Ordinal">Position of the hash in the collection that was searched, from 0.</param>
/// <param name="Distance">Differing bits, 0 to 256.</param>
public readonly record struct Match(int Ordinal, int Distance);

/// <summary>One hash found near the nearest of several variants of a query.</summary>
/// <param name="Ordinal">Position of the hash in the collection that was searched, from 0.</param>
/// <param name="Distance">Differing bits to the nearest variant, 0 to 256.</param>
/// <param name="Variant">Position of that variant in the query; the first of equally near ones.</param>
public readonly record struct VariantMatch(int Ordinal, int Distance, int Variant);

/// <summary>Two hashes of one collection that are near each other.</summary>
/// <param name="A">Ordinal of the first, always below <paramref name="B"/>.</param>
/// <param name="B">Ordinal of the second.</param>
/// <param name="Distance">Differing bits, 0 to 256.</param>
public readonly record struct HammingPair(int A, int B, int Distance);
