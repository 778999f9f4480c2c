using ImagePipeline.Hosting.Access;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;
using Microsoft.AspNetCore.Mvc;

namespace ImagePipeline.Search.Http;

/// <summary>How far the work is: <c>/v1/status</c>, <c>/v1/failures</c>, <c>/v1/queues</c>.</summary>
static class StatusEndpoints
{
    const int MostFiles = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/status", async ([FromServices] StatusReader status, CancellationToken cancel) =>
                Results.Ok(await status.ReadAsync(cancel)))
            .WithName("GetStatus").WithSummary("What is there, and what is left to do").Produces<StatusAnswer>()
            .ProducesProblem(StatusCodes.Status401Unauthorized).RequireAuthorization(PipelineAccess.Read);
        routes.MapGet("/v1/failures", FailuresAsync).WithName("ListFailures").WithSummary("Files that were refused or failed, in pages")
            .Produces<FailurePage>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .RequireAuthorization(PipelineAccess.Read);
        routes.MapGet("/v1/queues", QueuesAsync).WithName("ListQueues").WithSummary("The queues of a fleet").Produces<QueueList>()
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable).RequireAuthorization(PipelineAccess.Read);
    }

    static async Task<IResult> FailuresAsync(
        [FromServices] SourceStore sources, CancellationToken cancel, [FromQuery] string? reason = null, [FromQuery] string? after = null,
        [FromQuery] int limit = 100)
    {
        if (limit is < 1 or > MostFiles)
        {
            return Problems.Range("limit", 1, MostFiles);
        }

        var files = await sources.TroubledAsync(reason, after, limit, cancel);
        return Results.Ok(new FailurePage(
            [.. files.Select(file => new FailureAnswer(
                file.Uri, FolderObjects.NameOf(file.Uri), file.ImageId, file.State, file.Reason, file.Detail))],
            files.Count == limit ? files[^1].Uri : null));
    }

    static async Task<IResult> QueuesAsync(IServiceProvider services, [FromServices] QueueControlStore control, CancellationToken cancel)
    {
        if (services.GetService<BrokerQueues>() is not { } broker)
        {
            return Problems.Of(
                StatusCodes.Status404NotFound, "there are no queues: this is not part of a fleet, or IMAGEPIPELINE_RABBITMQ is not set for it.");
        }

        var paused = await control.ReadPausedAsync(cancel);
        return Results.Ok(new QueueList([.. (await broker.ReadAsync(cancel)).Select(queue => new QueueAnswer(
            queue.Queue, queue.Ready, queue.InWork, queue.Failed, paused.Contains(queue.Queue)))]));
    }
}
