using System.ComponentModel.DataAnnotations;
using ImagePipeline.Hosting.Access;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;
using Microsoft.AspNetCore.Mvc;

namespace ImagePipeline.Search.Http;

/// <summary><c>/v1/clusters/runs</c>: runs, and orders for new ones. An order is noted in the database, where whoever computes runs finds it:
/// a fleet's clusterer, or this process where it serves a collection by itself.</summary>
static class ClusterRunEndpoints
{
    const int MostRuns = 1000;

    /// <summary>Characters of a reason.</summary>
    const int LongestReason = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var runs = routes.MapGroup("/v1/clusters/runs").ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized);
        runs.MapGet("", ListAsync).RequireAuthorization(PipelineAccess.Read).WithName("ListClusterRuns")
            .WithSummary("Runs, the latest first: how, why, and what came out").Produces<ClusterRunList>();
        runs.MapGet("{run:int}", GetAsync).RequireAuthorization(PipelineAccess.Read).WithName("GetClusterRun")
            .WithSummary("One run, as it stands").Produces<ClusterRunAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapPost("", OrderAsync).RequireAuthorization(PipelineAccess.Write).WithName("RunClusters")
            .WithSummary("Group the images anew")
            .WithDescription("Answers at once with a run that waits; ask for it again until its state is done or failed.")
            .Produces<ClusterRunAnswer>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status409Conflict);
        runs.MapPost("{run:int}/cut", CutAsync).RequireAuthorization(PipelineAccess.Write).WithName("CutClusterRun")
            .WithSummary("Cut the tree of a run into more or fewer clusters: a new run, made in seconds")
            .WithDescription("At which levels: ListClusterCuts. Answers as RunClusters does.")
            .Produces<ClusterRunAnswer>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    static async Task<IResult> ListAsync([FromServices] ClusterRunStore runs, CancellationToken cancel, [FromQuery] int limit = 20) =>
        limit is < 1 or > MostRuns
            ? Problems.Range("limit", 1, MostRuns)
            : Results.Ok(new ClusterRunList([.. (await runs.ListAsync(limit, cancel)).Select(ClusterRunAnswer.Of)]));

    static async Task<IResult> GetAsync([FromRoute] int run, [FromServices] ClusterRunStore runs, CancellationToken cancel) =>
        await runs.FindAsync(run, cancel) is { } found
            ? Results.Ok(ClusterRunAnswer.Of(found))
            : Problems.Of(StatusCodes.Status404NotFound, $"there is no run {run}.");

    static async Task<IResult> OrderAsync(
        HttpContext context, [FromBody] ClusterRunOrder order, [FromServices] ClusterRunStore runs, [FromServices] ActiveModelStore models,
        [FromServices] VectorStore vectors, [FromServices] WaitingClusterRuns waiting, CancellationToken cancel)
    {
        ClusterSettings settings;
        try
        {
            settings = order.Read();
        }
        catch (ValidationException fault)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, fault.Message);
        }

        if (order.Reason is { } reason && (reason.Length > LongestReason || reason.Any(char.IsControl)))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, $"reason is a line of at most {LongestReason} characters.");
        }

        if (order.Model is { } asked && (await vectors.ListModelsAsync(cancel)).All(known => known.ModelId != asked))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, $"the collection has no vectors of a model '{asked}'; leave it out for the active one.");
        }

        return (order.Model ?? (await models.FindAsync(cancel))?.ModelId) is { } model
            ? await NoteAsync(context, runs, waiting, model, settings, order.Reason, order.RequestId, cancel)
            : Problems.Of(StatusCodes.Status409Conflict, "the collection has no vectors yet that could be grouped.");
    }

    static async Task<IResult> CutAsync(
        HttpContext context, [FromRoute] int run, [FromBody] ClusterCutOrder order, [FromServices] ClusterRunStore runs,
        [FromServices] ClusterTreeStore trees, [FromServices] WaitingClusterRuns waiting, CancellationToken cancel)
    {
        if ((order.K is null) == (order.Distance is null))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, $"give either k or distance; some to choose from: /v1/clusters/runs/{run}/cuts.");
        }

        if (await runs.FindAsync(run, cancel) is not { State: ClusterRunState.Done } found)
        {
            return Problems.Of(StatusCodes.Status404NotFound, $"there is no run {run} that is done.");
        }

        if (await trees.FindAsync(run, cancel) is not { } tree)
        {
            return Problems.Of(
                StatusCodes.Status404NotFound, $"run {run} was made by {found.Method} and has no tree; agglomerative and two-level runs have one.");
        }

        if (order.K > tree.Images.Count)
        {
            return Problems.Of(
                StatusCodes.Status400BadRequest,
                $"the tree of run {run} joins {tree.Images.Count} {(tree.Groups is null ? "images" : "groups of images")}, and so has no more clusters.");
        }

        var settings = ClusterSettings.OfCut(found, order.K, order.Distance, order.Activate);
        try
        {
            settings.Check();
        }
        catch (ValidationException fault)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, fault.Message);
        }

        var level = order.K is { } k ? FormattableString.Invariant($"k {k}") : FormattableString.Invariant($"distance {order.Distance}");
        return await NoteAsync(context, runs, waiting, found.ModelId, settings, $"cut of run {run} at {level}", order.RequestId, cancel);
    }

    static async Task<IResult> NoteAsync(
        HttpContext context, ClusterRunStore runs, WaitingClusterRuns waiting, string model, ClusterSettings settings, string? reason,
        Guid? requestId, CancellationToken cancel)
    {
        var request = new ClusterRunRequest(
            model, ClusterSettings.Word(settings.Method), settings.ToJson(), $"{reason ?? "asked for"} by {context.PersonName()}", requestId);
        var noted = (await runs.FindAsync(await runs.RequestAsync(request, cancel), cancel))!;
        waiting.Tell();
        return Results.Accepted($"/v1/clusters/runs/{noted.RunId}", ClusterRunAnswer.Of(noted));
    }
}
