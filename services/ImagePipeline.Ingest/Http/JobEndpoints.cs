using ImagePipeline.Hosting.Access;
using ImagePipeline.Storage;
using Microsoft.AspNetCore.Mvc;

namespace ImagePipeline.Ingest.Http;

/// <summary><c>/v1/jobs</c>: bulk ingestion of buckets, ordered and watched over HTTP. The work is done by whichever service runs jobs.</summary>
static class JobEndpoints
{
    const int MostJobs = 1000;
    const int MostGlobs = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var jobs = routes.MapGroup("/v1/jobs").ProducesProblem(StatusCodes.Status401Unauthorized);
        jobs.MapPost("", CreateAsync).WithName("CreateJob").WithSummary("Ingest a bucket")
            .WithDescription("The bucket must lie below one of Ingest:AllowedSources; addresses of files and web servers are refused.")
            .Produces<JobAnswer>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .RequireAuthorization(PipelineAccess.Write);
        jobs.MapGet("", ListAsync).WithName("ListJobs").WithSummary("Jobs, the latest first").Produces<JobList>()
            .ProducesProblem(StatusCodes.Status400BadRequest).RequireAuthorization(PipelineAccess.Read);
        jobs.MapGet("{id:guid}", GetAsync).WithName("GetJob").WithSummary("One job, with reasons").Produces<JobAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound).RequireAuthorization(PipelineAccess.Read);

        MapChange(jobs, "pause", "Stop a job until it is resumed", (store, job, cancel) => store.PauseAsync(job, cancel));
        MapChange(jobs, "resume", "Go on with a job that was paused or failed", (store, job, cancel) => store.ResumeAsync(job, cancel));
        MapChange(jobs, "cancel", "End a job for good", (store, job, cancel) => store.CancelAsync(job, cancel));
        jobs.MapPost("{id:guid}/retry", RetryAsync).WithName("RetryJob").WithSummary("Begin a job over what failed in another")
            .Produces<JobAnswer>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).RequireAuthorization(PipelineAccess.Write);
    }

    static void MapChange(
        RouteGroupBuilder jobs, string verb, string summary, Func<JobStore, Guid, CancellationToken, Task<bool>> change) => jobs
        .MapPost($"{{id:guid}}/{verb}", async ([FromRoute] Guid id, [FromServices] JobStore store, CancellationToken cancel) =>
        {
            var changed = await store.GetAsync(id, cancel) is { Kind: not JobKind.Upload } && await change(store, id, cancel);
            return await store.GetAsync(id, cancel) is not { } job ? Unknown(id)
                : changed ? Results.Ok(JobAnswer.Of(job))
                : Problems.Of(
                    StatusCodes.Status409Conflict,
                    job.Kind is JobKind.Upload
                        ? $"job {id} counts uploads and cannot {verb}."
                        : $"job {id} is {JobAnswer.Of(job).State} and cannot {verb}.");
        })
        .WithName($"{char.ToUpperInvariant(verb[0])}{verb[1..]}Job").WithSummary(summary).Produces<JobAnswer>()
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
        .RequireAuthorization(PipelineAccess.Write);

    static async Task<IResult> CreateAsync(
        [FromBody] JobOrder order, [FromServices] JobStore store, [FromServices] SourceOptions sources, CancellationToken cancel)
    {
        if (!order.TryErrorLimit(out var errorLimit))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "on_errors is \"continue\", \"stop\" or a number above 0.");
        }

        if (order.MinBytes < 0 || order.MaxBytes < (order.MinBytes ?? 0))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "min_bytes is at least 0, and max_bytes not below it.");
        }

        if (order.Include.Count + order.Exclude.Count > MostGlobs)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, $"at most {MostGlobs} globs.");
        }

        if (sources.Resolve(order.Source) is not { } root)
        {
            return Problems.Of(
                StatusCodes.Status403Forbidden,
                "the source must be s3://bucket/prefix below one of the sources that this service allows (option Ingest:AllowedSources). "
                + "Folders are ingested with the command line: imagepipeline ingest FOLDER.");
        }

        var jobId = await store.CreateAsync(
            new JobRequest
            {
                Kind = JobKind.S3,
                Source = order.Source,
                Roots = [root],
                Include = order.Include,
                Exclude = order.Exclude,
                MinBytes = order.MinBytes,
                MaxBytes = order.MaxBytes,
                ErrorLimit = errorLimit,
                DryRun = order.DryRun,
            },
            cancel: cancel);
        return await CreatedAsync(store, jobId, cancel);
    }

    static async Task<IResult> RetryAsync([FromRoute] Guid id, [FromServices] JobStore store, CancellationToken cancel)
    {
        if (await store.GetAsync(id, cancel) is not { } job)
        {
            return Unknown(id);
        }

        // Files are on the machine that listed them; the others are reachable from any service.
        if (job.Host is not null || job.Counts.Failed == 0)
        {
            return Problems.Of(StatusCodes.Status409Conflict, job.Host is not null
                ? $"job {id} is over files of the machine {job.Host}; retry it there: imagepipeline jobs retry {id}"
                : $"nothing failed in job {id}.");
        }

        var jobId = await store.CreateAsync(job.Retry, cancel: cancel);
        return await CreatedAsync(store, jobId, cancel);
    }

    static async Task<IResult> ListAsync([FromServices] JobStore store, CancellationToken cancel, [FromQuery] int limit = 100) =>
        limit is < 1 or > MostJobs
            ? Problems.Of(StatusCodes.Status400BadRequest, $"limit is 1 to {MostJobs}.")
            : Results.Ok(new JobList([.. (await store.ListAsync(limit, cancel)).Select(job => JobAnswer.Of(job))]));

    static async Task<IResult> GetAsync([FromRoute] Guid id, [FromServices] JobStore store, CancellationToken cancel) =>
        await store.GetAsync(id, cancel) is { } job
            ? Results.Ok(JobAnswer.Of(job, await store.TroubleAsync(id, cancel)))
            : Unknown(id);

    static async Task<IResult> CreatedAsync(JobStore store, Guid jobId, CancellationToken cancel) =>
        Results.Created($"/v1/jobs/{jobId}", JobAnswer.Of((await store.GetAsync(jobId, cancel))!));

    static IResult Unknown(Guid id) => Problems.Of(StatusCodes.Status404NotFound, $"there is no job {id}.");
}
