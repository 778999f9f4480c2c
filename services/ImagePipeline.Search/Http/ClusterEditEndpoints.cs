using ImagePipeline.Hosting.Access;
using ImagePipeline.Storage.Clusters;
using Microsoft.AspNetCore.Mvc;

namespace ImagePipeline.Search.Http;

/// <summary>What people say about clusters: their names, which are one, and taking that back. Later runs follow.</summary>
static class ClusterEditEndpoints
{
    /// <summary>Characters of a name.</summary>
    internal const int LongestLabel = 200;

    const int MostMerged = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var run = routes.MapGroup("/v1/clusters/{run:int}").RequireAuthorization(PipelineAccess.Write)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        run.MapPut("{number:int}/label", LabelAsync).WithName("LabelCluster").WithSummary("Name a cluster of the active run")
            .WithDescription("Later runs call those so that most of its images went to. An empty label takes the name away.")
            .Produces<ClusterChange>();
        run.MapPost("merge", MergeAsync).WithName("MergeClusters").WithSummary("Say that clusters of the active run are one")
            .WithDescription("Later runs put them together again.").Produces<ClusterChange>();
        run.MapPut("arrangement", RestoreAsync).WithName("ArrangeClusters").WithSummary("Take back a label or a merge")
            .WithDescription("Takes the before of an answer. It is refused where the clusters were merged with others since.")
            .Produces<ClusterChange>();
    }

    static Task<IResult> LabelAsync(
        HttpContext context, [FromRoute] int run, [FromRoute] int number, [FromBody] LabelOrder order, [FromServices] ClusterDesk desk,
        [FromServices] ClusterEdits edits, CancellationToken cancel) => desk.ChangeAsync(run, [number], async shown =>
        {
            var label = order.Label.Trim();
            if (label.Length > LongestLabel || label.Any(char.IsControl))
            {
                return Problems.Of(StatusCodes.Status400BadRequest, $"label is a line of at most {LongestLabel} characters.");
            }

            await edits.LabelAsync(run, shown[0].Number, label, context.PersonName(), cancel);
            return null;
        }, cancel);

    static Task<IResult> MergeAsync(
        HttpContext context, [FromRoute] int run, [FromBody] MergeOrder order, [FromServices] ClusterDesk desk,
        [FromServices] ClusterEdits edits, CancellationToken cancel) => order.Clusters.Count is < 2 or > MostMerged
        ? Task.FromResult(Problems.Of(StatusCodes.Status400BadRequest, $"clusters holds the numbers of 2 to {MostMerged}."))
        : desk.ChangeAsync(run, order.Clusters, async shown =>
        {
            if (shown.DistinctBy(cluster => cluster.Number).Count() < shown.Count)
            {
                return Problems.Of(StatusCodes.Status400BadRequest, "two of these are the same cluster, or are merged already.");
            }

            foreach (var other in shown.Skip(1))
            {
                await edits.MergeAsync(run, shown[0].Number, other.Number, context.PersonName(), cancel);
            }

            return null;
        }, cancel);

    static Task<IResult> RestoreAsync(
        HttpContext context, [FromRoute] int run, [FromBody] ArrangementOrder order, [FromServices] ClusterDesk desk,
        [FromServices] ClusterArrangements arrangements, CancellationToken cancel) => order.Read() is not { } wanted
        ? Task.FromResult(Problems.Of(
            StatusCodes.Status400BadRequest, "send what an answer gave as before: clusters, none twice, and splits."))
        : desk.ChangeAsync(run, wanted.Numbers, async _ =>
            await arrangements.RestoreAsync(run, wanted, context.PersonName(), cancel) ? null : Problems.Of(
                StatusCodes.Status409Conflict, "these clusters were merged with others or split since; take that back first."), cancel);
}
