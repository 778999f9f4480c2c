namespace ImagePipeline.Storage.Objects;

/// <summary>How far the listing of a range is: what has to be saved to go on from there.</summary>
/// <param name="Range">Number of the range within its listing.</param>
/// <param name="Rest">What is still to be listed of it.</param>
/// <param name="IsDone">True where nothing is.</param>
public sealed record RangeToken(int Range, KeyRange Rest, bool IsDone = false);

/// <summary>One page of a listing by ranges.</summary>
/// <param name="Range">The range.</param>
/// <param name="Objects">Its objects, in order of key.</param>
/// <param name="Changed">Tokens to save together with what is done with the objects. More than one where a range was parted: they
/// stand or fall together.</param>
public sealed record RangePage(int Range, IReadOnlyList<FoundObject> Objects, IReadOnlyList<RangeToken> Changed);
