using ImagePipeline.Core.Evaluation;

namespace ImagePipeline.Core.Tests.Evaluation;

public sealed class CopyScoresTests
{
    [Fact]
    public void Recall_is_that_of_every_distance_tried_in_turn()
    {
        var random = new Random(1);
        for (var round = 0; round < 300; round++)
        {
            var answers = Answers(random, 1 + random.Next(40), coarse: round % 2 == 0);
            foreach (var precision in new[] { 0.0, 0.5, 0.9, 1.0 })
            {
                Assert.Equal(NaiveRecall(answers, precision), CopyScores.RecallAt(answers, precision).Recall, 1e-12);
            }
        }
    }

    [Fact]
    public void The_point_that_is_reported_has_the_precision_and_recall_of_its_distance()
    {
        var random = new Random(2);
        for (var round = 0; round < 100; round++)
        {
            var answers = Answers(random, 60, coarse: true);
            var point = CopyScores.RecallAt(answers, 0.8);
            if (point.Recall > 0)
            {
                var (right, wrong) = (Within(answers, point.Distance), answers.Count(answer => answer.ToOther <= point.Distance));
                Assert.True(point.Precision >= 0.8);
                Assert.Equal(right / (double)(right + wrong), point.Precision, 1e-12);
                Assert.Equal(right / (double)answers.Length, point.Recall, 1e-12);
            }
        }
    }

    [Fact]
    public void A_nearest_answer_that_is_wrong_ends_it()
    {
        Assert.Equal(0, CopyScores.RecallAt([new(0.2f, 0.1f), new(0.3f, 0.9f)], 0.99).Recall);
        Assert.True(float.IsNaN(CopyScores.RecallAt([new(0.2f, 0.1f)], 0.99).Distance));
    }

    [Fact]
    public void All_is_found_where_every_original_is_nearer_than_anything_else()
    {
        var point = CopyScores.RecallAt([new(0.1f, 0.5f), new(0.4f, 0.6f), new(0, float.PositiveInfinity)], 1);
        Assert.Equal(new OperatingPoint(0.4f, 1, 1), point);
    }

    [Fact]
    public void What_is_no_match_at_all_is_never_found() =>
        Assert.Equal(0.5, CopyScores.RecallAt([new(0, 1), new(float.PositiveInfinity, float.PositiveInfinity)], 1).Recall);

    [Fact]
    public void Accuracy_counts_the_originals_that_come_first()
    {
        Assert.Equal(1 / 3.0, CopyScores.AccuracyAtOne([new(1, 2), new(2, 2), new(3, 2)]), 1e-12);
        Assert.Equal(0, CopyScores.AccuracyAtOne([]));
    }

    static CopyAnswer[] Answers(Random random, int count, bool coarse) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        var (own, other) = (random.NextSingle(), 0.3f + random.NextSingle());
        return coarse ? new CopyAnswer(MathF.Round(own * 8), MathF.Round(other * 8)) : new CopyAnswer(own, other);
    })];

    static int Within(CopyAnswer[] answers, float distance) => answers.Count(answer => answer.ToOriginal <= distance);

    static double NaiveRecall(CopyAnswer[] answers, double precision)
    {
        var recall = 0.0;
        foreach (var distance in answers.Select(answer => answer.ToOriginal).Distinct().Order())
        {
            var (right, wrong) = (Within(answers, distance), answers.Count(answer => answer.ToOther <= distance));
            if (right / (double)(right + wrong) < precision)
            {
                break;
            }

            recall = right / (double)answers.Length;
        }

        return recall;
    }
}
