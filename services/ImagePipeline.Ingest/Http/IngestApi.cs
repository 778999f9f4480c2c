using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ImagePipeline.Hosting.Access;
using ImagePipeline.Hosting.Fleet;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.RateLimiting;

namespace ImagePipeline.Ingest.Http;

/// <summary>The HTTP API of the ingest service: uploads and jobs.</summary>
public static class IngestApi
{
    internal const string Uploads = "uploads";

    // Job orders are small; only uploads are allowed more.
    const long MaxOtherBytes = 1 << 20;

    /// <summary>Adds limits, answers to faults, the OpenAPI document and access.</summary>
    /// <param name="builder">The service; it listens on <c>Http:Url</c>.</param>
    /// <exception cref="ValidationException">The service would be open to others, or an option is wrong or missing.</exception>
    public static void AddIngestApi(this WebApplicationBuilder builder)
    {
        builder.AddPipelineAccess(builder.Configuration["Http:Url"]!);
        var upload = builder.Bind<UploadOptions>("Upload");
        builder.Bind<SourceOptions>("Ingest");
        if (builder.Bind<ObjectsOptions>("Objects").Root is not { } root || !(root.StartsWith("s3://", StringComparison.Ordinal)
            || root.StartsWith("file:///", StringComparison.Ordinal)))
        {
            throw new ValidationException(
                "Objects__Root is not set. Set it to where uploads are kept: s3://bucket/prefix, or file:///folder on one machine.");
        }

        var services = builder.Services;
        services.AddSingleton<UploadStore>().AddSingleton<UploadIntake>().AddSingleton<UploadBooks>();

        services.AddProblemDetails().AddExceptionHandler<FaultAnswers>().AddOpenApi("v1");
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        });
        services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = upload.Timeout,
            TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
            WriteTimeoutResponse = context => WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable, $"not done within {upload.Timeout} (option Upload:Timeout)."),
        });
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.AddConcurrencyLimiter(Uploads, uploads =>
            {
                uploads.PermitLimit = upload.MaxUploads;
                uploads.QueueLimit = upload.MaxWaiting;
            });
            limiter.OnRejected = (context, _) =>
            {
                context.HttpContext.Response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
                return new ValueTask(WriteAsync(
                    context.HttpContext, StatusCodes.Status429TooManyRequests,
                    $"{upload.MaxUploads} uploads are at work and {upload.MaxWaiting} wait (options Upload:MaxUploads, Upload:MaxWaiting)."));
            };
        });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxOtherBytes);
    }

    /// <summary>Puts the API before the endpoints and maps them.</summary>
    public static WebApplication MapIngestApi(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UsePipelineAccess();
        app.UseRequestTimeouts();
        app.UseRateLimiter();
        app.MapOpenApi("/openapi/{documentName}.json");
        ImageEndpoints.Map(app);
        JobEndpoints.Map(app);
        return app;
    }

    static Task WriteAsync(HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        return Problems.Of(status, detail).ExecuteAsync(context);
    }
}
