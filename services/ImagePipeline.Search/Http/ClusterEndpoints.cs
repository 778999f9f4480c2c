using ImagePipeline.Hosting.Access;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;
using Microsoft.AspNetCore.Mvc;

namespace ImagePipeline.Search.Http;

/// <summary><c>/v1/clusters</c>: how images group, of the active model's active run.</summary>
static class ClusterEndpoints
{
    const int MostClusters = 200;
    const int MostImages = 1000;
    const int MostPoints = 50_000;
    const int Typical = 6;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var clusters = routes.MapGroup("/v1/clusters").RequireAuthorization(PipelineAccess.Read)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized);
        clusters.MapGet("", ListAsync).WithName("ListClusters").WithSummary("Clusters of the active run, the largest first, in pages")
            .Produces<ClusterPage>();
        clusters.MapGet("{number:int}", GetAsync).WithName("GetCluster").WithSummary("One cluster of the active run")
            .WithDescription("The number of a cluster that was merged into another gives that one.")
            .Produces<ClusterAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        clusters.MapGet("{number:int}/images", ImagesAsync).WithName("GetClusterImages")
            .WithSummary("Images of a cluster, the most typical first, in pages").Produces<ClusterImages>();
        clusters.MapGet("map", MapAsync).WithName("GetClusterMap").WithSummary("Where images lie on the map of the active run")
            .WithDescription("Of more images than limit, a fair sample: ids are digests.").Produces<ClusterMap>();
    }

    static async Task<IResult> ListAsync(
        [FromServices] ClusterRunStore runs, [FromServices] ClusterReader reader, [FromServices] ActiveModelStore models,
        CancellationToken cancel, [FromQuery] int? after = null, [FromQuery] int limit = 30)
    {
        if (limit is < 1 or > MostClusters)
        {
            return Problems.Range("limit", 1, MostClusters);
        }

        if (await ActiveAsync(runs, models, cancel) is not { } run)
        {
            return Results.Ok(new ClusterPage(null, [], 0, null));
        }

        var all = await reader.ListAsync(run.RunId, cancel);
        // Merged meanwhile, the last one stands where the whole does.
        var page = (after is not { } last ? all : all.SkipWhile(cluster => !cluster.Holds(last)).Skip(1)).Take(limit + 1).ToArray();
        var answers = await AnswersAsync(reader, run.RunId, [.. page.Take(limit)], cancel);
        return Results.Ok(new ClusterPage(
            ClusterRunAnswer.Of(run), answers, all.Count, page.Length > limit ? answers[^1].Number : null));
    }

    static async Task<IResult> GetAsync(
        [FromRoute] int number, [FromServices] ClusterRunStore runs, [FromServices] ClusterReader reader,
        [FromServices] ActiveModelStore models, CancellationToken cancel) =>
        await ActiveAsync(runs, models, cancel) is { } run
        && (await reader.ListAsync(run.RunId, cancel)).FirstOrDefault(cluster => cluster.Holds(number)) is { } found
            ? Results.Ok((await AnswersAsync(reader, run.RunId, [found], cancel))[0])
            : NoCluster(number);

    static async Task<IResult> ImagesAsync(
        [FromRoute] int number, [FromServices] ClusterRunStore runs, [FromServices] ClusterReader reader,
        [FromServices] ActiveModelStore models, [FromServices] FileStore files, CancellationToken cancel, [FromQuery] Guid? after = null,
        [FromQuery] int limit = 100)
    {
        if (limit is < 1 or > MostImages)
        {
            return Problems.Range("limit", 1, MostImages);
        }

        var run = await ActiveAsync(runs, models, cancel);
        var members = run is null ? [] : await reader.PageAsync(run.RunId, number, after, limit, cancel);
        var facts = await files.OfImagesAsync([.. members.Select(member => member.ImageId)], cancel);
        return Results.Ok(new ClusterImages(
            [.. members.Where(member => facts.ContainsKey(member.ImageId))
                .Select(member => new ClusterImage(member.Distance, ImageAnswer.Of(facts[member.ImageId])))],
            members.Count == limit ? members[^1].ImageId : null));
    }

    static async Task<IResult> MapAsync(
        [FromServices] ClusterRunStore runs, [FromServices] ClusterReader reader, [FromServices] ActiveModelStore models,
        CancellationToken cancel, [FromQuery] int limit = 20_000)
    {
        if (limit is < 1 or > MostPoints)
        {
            return Problems.Range("limit", 1, MostPoints);
        }

        var points = await ActiveAsync(runs, models, cancel) is { } run
            ? await reader.MapAsync(run.RunId, limit, cancel)
            : [];
        return Results.Ok(new ClusterMap(
            [.. points.Select(point => point.ImageId)], [.. points.Select(point => point.Cluster)],
            [.. points.Select(point => point.X!.Value)], [.. points.Select(point => point.Y!.Value)]));
    }

    /// <summary>Clusters with their most typical images.</summary>
    internal static async Task<IReadOnlyList<ClusterAnswer>> AnswersAsync(
        ClusterReader reader, int runId, IReadOnlyList<ShownCluster> clusters, CancellationToken cancel)
    {
        var typical = await reader.TypicalAsync(runId, [.. clusters.Select(cluster => cluster.Number)], Typical, cancel);
        return [.. clusters.Select(cluster => new ClusterAnswer(
            runId, cluster.Number, cluster.Name, cluster.Label is not null, cluster.Size, cluster.Cohesion, cluster.X, cluster.Y,
            [.. typical[cluster.Number]], cluster.SuggestedName, cluster.EvidenceWords.Length == 0 ? null : cluster.EvidenceWords, cluster.Parts))];
    }

    /// <summary>The active run has no such cluster.</summary>
    internal static IResult NoCluster(int number) =>
        Problems.Of(StatusCodes.Status404NotFound, $"the active run has no cluster {number}; /v1/clusters shows which there are.");

    internal static async Task<ClusterRun?> ActiveAsync(ClusterRunStore runs, ActiveModelStore models, CancellationToken cancel) =>
        await models.FindAsync(cancel) is { } model ? await runs.FindActiveAsync(model.ModelId, cancel) : null;
}
