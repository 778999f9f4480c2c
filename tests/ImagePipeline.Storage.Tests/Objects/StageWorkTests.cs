using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Storage.Tests.Objects;

public sealed class StageWorkTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static Guid[] Batch { get; } = [.. Enumerable.Range(0, 10).Select(number => Sample.Id(number))];

    [Fact]
    public async Task A_store_that_is_down_ends_the_batch()
    {
        var treated = 0;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => RunAsync(_ =>
        {
            Interlocked.Increment(ref treated);
            throw new StoreUnavailableException("503");
        }));

        Assert.Equal(Batch.Length, treated);
    }

    [Fact]
    public async Task One_object_without_an_answer_is_asked_for_again_when_the_others_are_done()
    {
        var order = new List<Guid>();

        var outcomes = await RunAsync(id =>
        {
            order.Add(id);
            return id == Batch[0] && order.Count(one => one == id) == 1
                ? throw new StoreUnavailableException("stalls")
                : Outcome.Done(id, "read");
        }, parallel: 1);

        Assert.All(outcomes, outcome => Assert.True(outcome.IsDone));
        Assert.Equal([.. Batch, Batch[0]], order);
    }

    [Fact]
    public async Task One_object_that_never_answers_fails_alone_and_stays_to_do()
    {
        var outcomes = await RunAsync(id => id == Batch[3] ? throw new StoreUnavailableException("stalls") : Outcome.Done(id, "read"));

        Assert.Equal(9, outcomes.Count(outcome => outcome.IsDone));
        Assert.Equal(
            (Batch[3], true, FailureReason.Unavailable), (outcomes[3].ImageId, outcomes[3].IsFailure, outcomes[3].Reason));
    }

    [Fact]
    public async Task A_single_image_whose_store_is_down_is_tried_again_by_the_bus()
    {
        await Assert.ThrowsAsync<StoreUnavailableException>(() => StageWork.RunAsync<Guid, string>(
            [Batch[0]], id => id, (_, _) => throw new StoreUnavailableException("503"), 4, Cancel));
    }

    [Fact]
    public async Task A_vanished_file_is_a_failure_of_its_own()
    {
        var outcomes = await RunAsync(id => id == Batch[1] ? throw new FileNotFoundException("gone") : Outcome.Done(id, "read"));

        Assert.Equal(FailureReason.Vanished, Assert.Single(outcomes, outcome => outcome.IsFailure).Reason);
    }

    static Task<Outcome<string>[]> RunAsync(Func<Guid, Outcome<string>> treat, int parallel = 4) => StageWork.RunAsync(
        Batch, id => id, (id, _) => Task.FromResult(treat(id)), parallel, Cancel);
}
