using ImagePipeline.Hosting.Access;
using ImagePipeline.Storage;
using Microsoft.AspNetCore.Mvc;

namespace ImagePipeline.Search.Http;

/// <summary><c>POST /v1/jobs/{id}/retry</c>: begins a job over what failed in another, as the ingest service does when asked.</summary>
static class RetryEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/jobs/{id:guid}/retry", RetryAsync)
        .WithName("RetryJob").WithSummary("Begin a job over what failed in another")
        .WithDescription("Done by a fleet's ingest service. Where none is, the answer names the command that does it.")
        .Produces<RetryStarted>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
        .RequireAuthorization(PipelineAccess.Write);

    static async Task<IResult> RetryAsync(
        [FromRoute] Guid id, [FromServices] JobStore jobs, [FromServices] RetryDesk desk, CancellationToken cancel)
    {
        if (await jobs.GetAsync(id, cancel) is not { } job)
        {
            return Problems.Of(StatusCodes.Status404NotFound, $"there is no job {id}.");
        }

        var (made, problem) = await desk.OrderAsync(job, cancel);
        return made is null
            ? Problems.Of(StatusCodes.Status409Conflict, problem!)
            : Results.Json(new RetryStarted(made.JobId, made.Source, made.State.ToSql()), statusCode: StatusCodes.Status201Created);
    }
}

/// <summary>A job that tries files again.</summary>
/// <param name="JobId">Its key.</param>
/// <param name="Source">What it is over.</param>
/// <param name="State">Where it stands.</param>
public sealed record RetryStarted(Guid JobId, string Source, string State);
