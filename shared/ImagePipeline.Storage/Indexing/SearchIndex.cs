namespace ImagePipeline.Storage.Indexing;

/// <summary>What an index is for.</summary>
public enum IndexPurpose
{
    /// <summary>The nearest whole vectors of a model: look-alikes and searches.</summary>
    Vectors,

    /// <summary>The nearest first parts of a model's vectors, which tell copies.</summary>
    Copies,

    /// <summary>The nearest compact codes of a model.</summary>
    Codes,

    /// <summary>Hashes by their bands, for exact search within 31 bits.</summary>
    Hashes,

    /// <summary>Facts that search_images filters by.</summary>
    Filters,
}

/// <summary>An index that search can use.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Table">What it is on.</param>
/// <param name="Definition">What follows ON in CREATE INDEX; made of names and numbers of this program and the registry
/// alone.</param>
/// <param name="ModelId">The model, where it is of one.</param>
/// <param name="VectorBytes">Bytes of one vector or code; 0 where it is no graph.</param>
public sealed record SearchIndex(
    string Name, IndexPurpose Purpose, string Table, string Definition, string? ModelId = null, int VectorBytes = 0);

/// <summary>An index that is there or could be.</summary>
/// <param name="Index">The index.</param>
/// <param name="Rows">Rows of its table.</param>
/// <param name="Bytes">Its size; null where there is none.</param>
/// <param name="IsValid">Whether searches use it; false where a build was broken off.</param>
public sealed record SearchIndexState(SearchIndex Index, long Rows, long? Bytes, bool IsValid);
