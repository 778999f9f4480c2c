using ImagePipeline.Core.Evaluation;

namespace ImagePipeline.Core.Tests.Evaluation;

public sealed class RetrievalScoresTests
{
    [Theory]
    [InlineData(new[] { 1, 1, 1 }, 3, 1.0, 1.0)]
    [InlineData(new[] { 2, 1, 1, 2 }, 4, 0.5, (1 / 2.0 + 2 / 3.0) / 2)]
    [InlineData(new[] { 2, 1, 1, 2 }, 1, 0.0, 0.0)]
    [InlineData(new[] { 1, 2 }, 100, 0.5, 1.0)]
    [InlineData(new int[0], 5, 0.0, 0.0)]
    public void Precision_and_average_precision_are_those_of_the_first_neighbours(
        int[] neighbours, int k, double precision, double average)
    {
        Assert.Equal(precision, RetrievalScores.PrecisionAt(1, neighbours, k), 1e-12);
        Assert.Equal(average, RetrievalScores.AveragePrecisionAt(1, neighbours, k), 1e-12);
    }

    [Theory]
    [InlineData(new[] { 3, 5, 5 }, 3, 5)]
    [InlineData(new[] { 3, 5, 5 }, 1, 3)]
    [InlineData(new[] { 3, 5, 5, 3 }, 4, 3)]
    [InlineData(new[] { 7 }, 5, 7)]
    public void Most_votes_win_and_the_nearest_of_equals(int[] neighbours, int k, int winner) =>
        Assert.Equal(winner, RetrievalScores.Vote(neighbours, k));
}
