namespace ImagePipeline.Search.Http;

/// <summary>Levels at which a run can be cut.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Linkage">How far two of its clusters are from each other: ward, average, complete or single.</param>
/// <param name="Images">Images that it joined and that are there still; where it joined groups, those in them. No cut has more clusters.</param>
/// <param name="Groups">Groups of images that it joined, in a run of two levels: no cut has more clusters.</param>
/// <param name="Cuts">From few clusters to many.</param>
public sealed record CutList(int RunId, string Linkage, long Images, int? Groups, IReadOnlyList<CutAnswer> Cuts);

/// <summary>A level.</summary>
/// <param name="Clusters">How many clusters it gives.</param>
/// <param name="Distance">A cosine distance that gives it, of few digits; absent where none does, because several merges are at the same.</param>
/// <param name="DistanceFrom">How far apart those were that are joined last below it.</param>
/// <param name="DistanceTo">How far apart those are that would be joined next.</param>
/// <param name="Largest">Images of the largest cluster.</param>
public sealed record CutAnswer(int Clusters, double? Distance, float DistanceFrom, float DistanceTo, int Largest);
