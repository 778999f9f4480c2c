using ImagePipeline.Core.Clustering;
using ImagePipeline.Hosting.Access;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;
using Microsoft.AspNetCore.Mvc;

namespace ImagePipeline.Search.Http;

/// <summary><c>/v1/clusters/runs/{run}/cuts</c>: at which levels a run's images can be grouped otherwise.</summary>
static class CutEndpoints
{
    const int MostCuts = 64;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/clusters/runs/{run:int}/cuts", CutsAsync)
        .RequireAuthorization(PipelineAccess.Read).WithName("ListClusterCuts")
        .WithSummary("Levels at which the tree of an agglomerative or two-level run can be cut, from few clusters to many")
        .WithDescription("Of ranges of numbers that grow by the same factor, one cut each. A cut is made by: imagepipeline cluster cut RUN --k N")
        .Produces<CutList>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status404NotFound);

    static async Task<IResult> CutsAsync(
        [FromRoute] int run, [FromServices] ClusterRunStore runs, [FromServices] ClusterTreeStore trees,
        [FromServices] Storage.Clusters.ClusterImages images, CancellationToken cancel, [FromQuery] int limit = 8)
    {
        if (limit is < 1 or > MostCuts)
        {
            return Problems.Range("limit", 1, MostCuts);
        }

        // Of a run that is being computed the tree may be there before the rest is.
        if (await runs.FindAsync(run, cancel) is not { State: ClusterRunState.Done } found)
        {
            return Problems.Of(StatusCodes.Status404NotFound, $"there is no run {run} that is done.");
        }

        if (await trees.FindAsync(run, cancel) is not { } stored)
        {
            return Problems.Of(
                StatusCodes.Status404NotFound, $"run {run} was made by {found.Method} and has no tree; agglomerative and two-level runs have one.");
        }

        var tree = stored.Only(await images.PresentAsync(found.ModelId, [.. stored.Images], cancel));
        int[] sizes = tree.Groups is { } groups ? [.. groups.Sizes] : [];
        var joined = tree.Groups is null ? tree.Images.Count : sizes.Sum(size => (long)size);
        return Results.Ok(new CutList(run, tree.Linkage.ToSql(), joined, tree.Groups?.Sizes.Count, [.. TreeCut.Sensible(tree.Merges, limit, weights: sizes)
            .Select(cut => new CutAnswer(cut.Clusters, cut.Distance, cut.From, cut.To, cut.Largest))]));
    }
}
