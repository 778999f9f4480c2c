using ImagePipeline.Hosting.Access;
using ImagePipeline.Imaging;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ImagePipeline.Search.Http;

/// <summary>What looks like a picture: <c>POST /v1/search</c>, <c>GET /v1/images/{id}/similar</c>.</summary>
static class SearchEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/search", ByPictureAsync).WithName("Search").WithSummary("The images that look most like a picture")
            .WithDescription(
                "The picture is the body (image/* or application/octet-stream) or the file of a form (multipart/form-data). It is "
                + "not stored. Filters narrow what is compared: k images come back wherever k exist.")
            .AddOpenApiOperationTransformer(DescribeBodyAsync)
            .Produces<SearchAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .RequireAuthorization(PipelineAccess.Read).RequireRateLimiting(SearchLimits.Searches).DisableAntiforgery();
        routes.MapGet("/v1/images/{id:guid}/similar", ByImageAsync).WithName("GetSimilar")
            .WithSummary("The images that look most like one of the collection, itself left out")
            .Produces<SearchAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .RequireAuthorization(PipelineAccess.Read).RequireRateLimiting(SearchLimits.Searches);
    }

    static async Task<IResult> ByPictureAsync(
        HttpContext context, [AsParameters] FilterQuery filter, [FromServices] QuestionDesk desk, [FromServices] SearchOptions options,
        [FromServices] ClusterPlaces places, CancellationToken cancel, [FromQuery] int k = 50, [FromQuery] string? model = null,
        [FromQuery(Name = "max_distance")] float? maxDistance = null)
    {
        if (k < 1 || k > options.MaxResults)
        {
            return Problems.Range("k", 1, options.MaxResults);
        }

        if (!QueryPicture.IsTaken(context.Request.ContentType))
        {
            return Problems.Of(
                StatusCodes.Status415UnsupportedMediaType,
                $"send a picture as image/* or application/octet-stream, or as a file of multipart/form-data, not '{context.Request.ContentType}'.");
        }

        var wish = new SearchWish(k) { Filter = filter.Read(), MaxDistance = maxDistance };
        var bytes = await QueryPicture.ReadAsync(context, options.MaxImageBytes, cancel);
        if (bytes.Length == 0)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "there is no picture. With curl: --data-binary @photo.jpg, or -F file=@photo.jpg");
        }

        var (modelId, search) = await desk.OpenAsync(model, cancel);
        var (hits, rejection) = await search.NearPictureAsync(bytes, wish, cancel);
        return rejection is { } refused
            ? Problems.Of(StatusCodes.Status422UnprocessableEntity, $"the picture cannot be used: {refused.Reason}: {refused.Detail}")
            : await AnswerAsync(modelId, hits, places, cancel);
    }

    static async Task<IResult> ByImageAsync(
        [FromRoute] Guid id, [AsParameters] FilterQuery filter, [FromServices] QuestionDesk desk, [FromServices] SearchOptions options,
        [FromServices] ClusterPlaces places, CancellationToken cancel, [FromQuery] int k = 50, [FromQuery] string? model = null,
        [FromQuery(Name = "max_distance")] float? maxDistance = null)
    {
        if (k < 1 || k > options.MaxResults)
        {
            return Problems.Range("k", 1, options.MaxResults);
        }

        var wish = new SearchWish(k) { Filter = filter.Read(), MaxDistance = maxDistance };
        var (modelId, search) = await desk.OpenAsync(model, cancel);
        return await search.NearImageAsync(id, wish, cancel) is { } hits
            ? await AnswerAsync(modelId, hits, places, cancel)
            : Problems.Of(
                StatusCodes.Status404NotFound, $"image {id} is not in the collection, or has no vector of model {modelId} yet.");
    }

    static async Task<IResult> AnswerAsync(string modelId, IReadOnlyList<SearchHit> hits, ClusterPlaces places, CancellationToken cancel)
    {
        var clusters = await places.OfImagesAsync([.. hits.Select(hit => hit.Image.ImageId)], cancel);
        return Results.Ok(new SearchAnswer(modelId, [.. hits.Select(hit => new HitAnswer(
            hit.Rank, hit.Distance, ImageAnswer.Of(hit.Image, clusters.GetValueOrDefault(hit.Image.ImageId))))]));
    }

    // Said here and not by Accepts, which would refuse other media types before we can say what to send.
    static Task DescribeBodyAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        var bytes = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        var form = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema> { ["file"] = bytes },
        };
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["image/*"] = new() { Schema = bytes },
                ["application/octet-stream"] = new() { Schema = bytes },
                ["multipart/form-data"] = new() { Schema = form },
            },
        };
        return Task.CompletedTask;
    }
}

/// <summary>Makes searches by the model that a request names.</summary>
sealed class QuestionDesk(QueryModels models, VectorStore vectors, FilteredImages filtered, FileStore files, ImageLimits limits)
{
    /// <summary>A search by a model.</summary>
    /// <exception cref="QueryModelException">It cannot be asked by.</exception>
    public async Task<(string ModelId, PictureSearch Search)> OpenAsync(string? model, CancellationToken cancel)
    {
        var engine = await models.OpenAsync(model, cancel);
        return (engine.Model.Manifest.ModelId.ToString(), new PictureSearch(vectors, filtered, files, engine, limits));
    }
}
