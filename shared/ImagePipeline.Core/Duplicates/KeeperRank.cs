namespace ImagePipeline.Core.Duplicates;

/// <summary>What decided between two files, in the order in which it is looked at.</summary>
enum KeeperCriterion
{
    PathRank,
    Pixels,
    Lossless,
    Bytes,
    HasTakenAt,
    TakenAt,
    ModifiedAt,
    Marks,
    PathLength,
    Path,
    Nothing,
}

/// <summary>The facts of one file as <see cref="KeeperRule"/> compares them.</summary>
readonly record struct KeeperRank(int PathRank, long Pixels, bool IsLossless, long Bytes, long? TakenTicks,
    long ModifiedTicks, int Marks, string Path)
{
    /// <summary>Negative if this is the better file; says what decided.</summary>
    public int CompareTo(in KeeperRank other, out KeeperCriterion criterion)
    {
        criterion = KeeperCriterion.PathRank;
        var order = PathRank.CompareTo(other.PathRank);
        while (order == 0 && criterion != KeeperCriterion.Nothing)
        {
            criterion++;
            order = criterion switch
            {
                KeeperCriterion.Pixels => other.Pixels.CompareTo(Pixels),
                KeeperCriterion.Lossless => other.IsLossless.CompareTo(IsLossless),
                KeeperCriterion.Bytes => other.Bytes.CompareTo(Bytes),
                KeeperCriterion.HasTakenAt => other.TakenTicks.HasValue.CompareTo(TakenTicks.HasValue),
                KeeperCriterion.TakenAt => Nullable.Compare(TakenTicks, other.TakenTicks),
                KeeperCriterion.ModifiedAt => ModifiedTicks.CompareTo(other.ModifiedTicks),
                KeeperCriterion.Marks => Marks.CompareTo(other.Marks),
                KeeperCriterion.PathLength => Path.Length.CompareTo(other.Path.Length),
                KeeperCriterion.Path => string.CompareOrdinal(Path, other.Path),
                _ => 0,
            };
        }

        return order;
    }
}
