using ImagePipeline.Hosting.Access;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

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
        .Accepts<IFormFile>("multipart/form-data", "image/*", "application/octet-stream")
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

        if (request.ContentLength > options.MaxRequestBytes)
        {
            return Problems.TooLarge("Upload:MaxRequestBytes", options.MaxRequestBytes, "bytes in a request");
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = options.MaxRequestBytes;
        }

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

    static int StatusOf(List<UploadedImage> images) => images.Count(image => image.State == "rejected") switch
    {
        0 => StatusCodes.Status200OK,
        var rejected when rejected == images.Count => StatusCodes.Status422UnprocessableEntity,
        _ => StatusCodes.Status207MultiStatus,
    };
}
