using System.Globalization;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace ImagePipeline.Ingest.Http;

/// <summary>Answers that say what is wrong and what to do, as <c>application/problem+json</c> (RFC 9457).</summary>
static class Problems
{
    /// <summary>A problem in words.</summary>
    public static IResult Of(int status, string detail) => Results.Problem(detail, statusCode: status);

    /// <summary>A limit was hit.</summary>
    public static IResult TooLarge(string option, long limit, string what) => Results.Problem(
        $"at most {limit.ToString("N0", CultureInfo.InvariantCulture)} {what} (option {option}).",
        statusCode: StatusCodes.Status413PayloadTooLarge,
        extensions: new Dictionary<string, object?> { ["option"] = option, ["limit"] = limit });
}

/// <summary>Makes problems of faults: those of the request are the client's, those of our parts ask it to come again.</summary>
sealed class FaultAnswers(IProblemDetailsService problems, UploadOptions options, ILogger<FaultAnswers> log) : IExceptionHandler
{
    const int RetryAfterSeconds = 5;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (PartOf(exception) is { } part)
        {
            log.PartAway(part, exception.Message);
            httpContext.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
            return await WriteAsync(httpContext, exception, new ProblemDetails
            {
                Status = StatusCodes.Status503ServiceUnavailable,
                Detail = $"{part} does not answer; nothing of this request is lost or doubled if it is sent again.",
            });
        }

        if (exception is not BadHttpRequestException bad)
        {
            return false;
        }

        var isTooLarge = bad.StatusCode == StatusCodes.Status413PayloadTooLarge;
        return await WriteAsync(httpContext, exception, new ProblemDetails
        {
            Status = bad.StatusCode,
            Detail = isTooLarge
                ? $"at most {options.MaxRequestBytes.ToString("N0", CultureInfo.InvariantCulture)} bytes in a request (option Upload:MaxRequestBytes)."
                : bad.Message,
            Extensions = isTooLarge
                ? new Dictionary<string, object?> { ["option"] = "Upload:MaxRequestBytes", ["limit"] = options.MaxRequestBytes }
                : new Dictionary<string, object?>(),
        });
    }

    static string? PartOf(Exception fault) => fault switch
    {
        System.Data.Common.DbException or TimeoutException or DatabaseException => "the database",
        StoreUnavailableException or UnauthorizedAccessException or IOException and not BadHttpRequestException => "the object store",
        _ => null,
    };

    async ValueTask<bool> WriteAsync(HttpContext context, Exception exception, ProblemDetails problem)
    {
        context.Response.StatusCode = problem.Status!.Value;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = problem,
            Exception = exception,
        });
    }
}
