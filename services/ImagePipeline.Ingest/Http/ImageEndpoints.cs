using ImagePipeline.Hosting.Access;
using ImagePipeline.Hosting.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ImagePipeline.Ingest.Http;

/// <summary><c>POST /v1/images</c>.</summary>
static class ImageEndpoints
{
    /// <summary>Images taken in together: few enough to spool, enough to spare round trips to the database.</summary>
    const int Together = 64;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/images", UploadAsync)
        .WithName("UploadImages")
        .WithSummary("Upload images")
        .WithDescription(
            "One image as the body (image/* or application/octet-stream, its name in ?name=), or any number as files of a form "
            + "(multipart/form-data). Sending the same again changes nothing. 200: all were taken; 207: some were rejected; 422: all were.")
        .AddOpenApiOperationTransformer(DescribeBodyAsync)
        .Produces<UploadAnswer>()
        .Produces<UploadAnswer>(StatusCodes.Status207MultiStatus)
        .Produces<UploadAnswer>(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .RequireAuthorization(PipelineAccess.Write)
        .RequireRateLimiting(IngestApi.Uploads)
        .DisableAntiforgery();

    static async Task<IResult> UploadAsync(
        HttpContext context, [FromServices] UploadIntake intake, [FromServices] UploadOptions options, CancellationToken cancel)
    {
        var request = context.Request;
        if (!UploadParts.IsTaken(request.ContentType))
        {
            return Problems.Of(
                StatusCodes.Status415UnsupportedMediaType,
                $"send one image as image/* or application/octet-stream, or files as multipart/form-data, not '{request.ContentType}'.");
        }

        // The server's own limit is for the other requests: see LimitedBodyStream.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (request.ContentLength > options.MaxRequestBytes)
        {
            return Problems.TooLarge("Upload:MaxRequestBytes", options.MaxRequestBytes, "bytes in a request");
        }

        request.Body = new LimitedBodyStream(request.Body, options.MaxRequestBytes);
        var images = new List<UploadedImage>();
        Guid? jobId = null;
        var together = new List<Upload>(Together);
        try
        {
            await foreach (var upload in UploadParts.ReadAsync(request, options, cancel))
            {
                together.Add(upload);
                if (images.Count + together.Count > options.MaxImages)
                {
                    return Problems.TooLarge("Upload:MaxImages", options.MaxImages, "images in a request");
                }

                if (together.Count == Together)
                {
                    await FlushAsync();
                }
            }

            await FlushAsync();
        }
        finally
        {
            together.ForEach(upload => upload.Spooled.Dispose());
        }

        return images.Count == 0
            ? Problems.Of(StatusCodes.Status400BadRequest, "the form has no file. With curl: -F file=@photo.jpg")
            : Results.Json(new UploadAnswer { Images = images, JobId = jobId }, statusCode: StatusOf(images));

        async Task FlushAsync()
        {
            if (together.Count > 0)
            {
                (jobId, var answers) = await intake.TakeAsync(together, cancel);
                images.AddRange(answers);
                together.ForEach(upload => upload.Spooled.Dispose());
                together.Clear();
            }
        }
    }

    // Said here and not by Accepts, which would refuse other media types before we can say what to send.
    static Task DescribeBodyAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        var bytes = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        var files = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["file"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = bytes },
            },
        };
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["image/*"] = new() { Schema = bytes },
                ["application/octet-stream"] = new() { Schema = bytes },
                ["multipart/form-data"] = new() { Schema = files },
            },
        };
        return Task.CompletedTask;
    }

    static int StatusOf(List<UploadedImage> images) => images.Count(image => image.State == "rejected") switch
    {
        0 => StatusCodes.Status200OK,
        var rejected when rejected == images.Count => StatusCodes.Status422UnprocessableEntity,
        _ => StatusCodes.Status207MultiStatus,
    };
}
