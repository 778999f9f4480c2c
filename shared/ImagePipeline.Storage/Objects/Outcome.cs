namespace ImagePipeline.Storage.Objects;

/// <summary>What a stage made of one image: a result, a rejection (the image is at fault, for good), or a failure (the world is at
/// fault, and a later run tries again).</summary>
/// <typeparam name="T">What the stage stores.</typeparam>
/// <param name="ImageId">The image.</param>
/// <param name="Result">The result, or null.</param>
/// <param name="Reason">Reason code of a rejection or failure, or null.</param>
/// <param name="Detail">The same in words, naming the limit that was hit.</param>
/// <param name="IsFailure">True where the world is at fault.</param>
public sealed record Outcome<T>(Guid ImageId, T? Result, string? Reason, string? Detail, bool IsFailure)
    where T : class
{
    /// <summary>True where there is a result.</summary>
    public bool IsDone => Result is not null;

    /// <summary>True where the image is at fault.</summary>
    public bool IsRejection => Result is null && !IsFailure;

    /// <summary><c>done</c>, <c>rejected</c> or <c>failed</c>, as in <c>image_stage.state</c>.</summary>
    public string State => IsDone ? "done" : IsFailure ? "failed" : "rejected";
}

/// <summary>Records what went wrong in a batch.</summary>
public static class OutcomeRecords
{
    /// <summary>Stores the rejections and failures among <paramref name="outcomes"/>; a rejected image is marked as such for good.</summary>
    public static async Task RecordTroubleAsync<T>(
        this StageStore stages, string stage, IReadOnlyCollection<Outcome<T>> outcomes, CancellationToken cancel)
        where T : class
    {
        await stages.RejectAsync(stage, [.. outcomes.Where(outcome => outcome.IsRejection).Select(ToProblem)], cancel);
        await stages.FailAsync(stage, [.. outcomes.Where(outcome => outcome.IsFailure).Select(ToProblem)], cancel);
    }

    static StageProblem ToProblem<T>(Outcome<T> outcome) where T : class => new(outcome.ImageId, outcome.Reason!, outcome.Detail);
}

/// <summary>Makes outcomes.</summary>
public static class Outcome
{
    /// <summary>A result.</summary>
    public static Outcome<T> Done<T>(Guid imageId, T result) where T : class => new(imageId, result, null, null, false);

    /// <summary>The image is unusable.</summary>
    public static Outcome<T> Rejected<T>(Guid imageId, string reason, string detail) where T : class =>
        new(imageId, null, reason, detail, false);

    /// <summary>The bytes could not be had.</summary>
    public static Outcome<T> Failed<T>(Guid imageId, string reason, string detail) where T : class =>
        new(imageId, null, reason, detail, true);
}
