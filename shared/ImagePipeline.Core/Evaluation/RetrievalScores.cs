namespace ImagePipeline.Core.Evaluation;

/// <summary>How well the nearest neighbours of a labelled picture bear its label.</summary>
public static class RetrievalScores
{
    /// <summary>The share of the first <paramref name="k"/> neighbours that bear the label, 0 to 1.</summary>
    /// <param name="label">Label of the query.</param>
    /// <param name="neighbours">Labels of the neighbours, nearest first, without the query itself.</param>
    /// <param name="k">Neighbours looked at; where there are fewer, all.</param>
    public static double PrecisionAt(int label, ReadOnlySpan<int> neighbours, int k)
    {
        var first = neighbours[..Math.Min(k, neighbours.Length)];
        return first.IsEmpty ? 0 : first.Count(label) / (double)first.Length;
    }

    /// <summary>
    /// Average precision among the first <paramref name="k"/> neighbours: the mean over those that bear the label of the precision up to
    /// them (Lin et al. 2015, "Deep Learning of Binary Hash Codes for Fast Image Retrieval", as the literature on hashing reports it).
    /// </summary>
    /// <param name="label">Label of the query.</param>
    /// <param name="neighbours">Labels of the neighbours, nearest first, without the query itself.</param>
    /// <param name="k">Neighbours looked at; where there are fewer, all.</param>
    /// <returns>0 to 1; 0 where none bears the label.</returns>
    public static double AveragePrecisionAt(int label, ReadOnlySpan<int> neighbours, int k)
    {
        var (right, sum) = (0, 0.0);
        for (var at = 0; at < Math.Min(k, neighbours.Length); at++)
        {
            if (neighbours[at] == label)
            {
                right++;
                sum += right / (at + 1.0);
            }
        }

        return right == 0 ? 0 : sum / right;
    }

    /// <summary>The label that most of the first <paramref name="k"/> neighbours bear; of several, that of the nearest.</summary>
    /// <param name="neighbours">Labels of the neighbours, nearest first, without the query itself; at least one.</param>
    /// <param name="k">Neighbours that vote, at least 1.</param>
    public static int Vote(ReadOnlySpan<int> neighbours, int k)
    {
        var voters = neighbours[..Math.Min(k, neighbours.Length)];
        var (winner, votes) = (voters[0], 0);
        foreach (var label in voters)
        {
            var count = voters.Count(label);
            if (count > votes)
            {
                (winner, votes) = (label, count);
            }
        }

        return winner;
    }
}
