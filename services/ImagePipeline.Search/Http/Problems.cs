using System.Globalization;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Inference;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace ImagePipeline.Search.Http;

/// <summary>Answers that say what is wrong and what to do, as <c>application/problem+json</c> (RFC 9457).</summary>
static class Problems
{
    /// <summary>A problem in words.</summary>
    public static IResult Of(int status, string detail) => Results.Problem(detail, statusCode: status);

    /// <summary>There is no such image.</summary>
    public static IResult NoImage(Guid id) => Of(StatusCodes.Status404NotFound, $"there is no image {id} in the collection.");

    /// <summary>A number is out of its range.</summary>
    public static IResult Range(string name, int least, int most) =>
        Of(StatusCodes.Status400BadRequest, string.Create(CultureInfo.InvariantCulture, $"{name} is {least} to {most}."));
}

/// <summary>Makes problems of faults: those of the request are the client's, those of our parts ask it to come
/// again.</summary>
sealed class FaultAnswers(IProblemDetailsService problems, SearchOptions options, ILogger<FaultAnswers> log) : IExceptionHandler
{
    const int RetryAfterSeconds = 5;
    const int ClientClosedRequest = 499;

    /// <summary>SQLSTATE of a text that no database holds: it has a character 0, or is no Unicode.</summary>
    const string CharacterNotInRepertoire = "22021";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            // The client went away; nobody reads the answer.
            httpContext.Response.StatusCode = ClientClosedRequest;
            return true;
        }

        if (exception is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
        {
            return await WriteAsync(httpContext, exception, StatusCodes.Status413PayloadTooLarge, string.Create(
                CultureInfo.InvariantCulture, $"at most {options.MaxImageBytes:N0} bytes in a picture (option Search:MaxImageBytes)."));
        }

        var (status, detail) = exception switch
        {
            BadHttpRequestException bad => (bad.StatusCode, bad.Message),
            QueryModelException or ModelException => (StatusCodes.Status409Conflict, exception.Message),
            PictureGoneException => (StatusCodes.Status410Gone, exception.Message),
            System.Data.Common.DbException { SqlState: CharacterNotInRepertoire } =>
                (StatusCodes.Status400BadRequest, "a text of the request holds a character that cannot be stored, such as U+0000."),
            BrokerException => (StatusCodes.Status503ServiceUnavailable, "the broker does not answer."),
            System.Data.Common.DbException or TimeoutException or DatabaseException =>
                (StatusCodes.Status503ServiceUnavailable, "the database does not answer; come again."),
            StoreUnavailableException => (StatusCodes.Status503ServiceUnavailable, "the object store does not answer; come again."),
            _ => (0, ""),
        };
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            log.PartAway(detail, exception.Message);
            httpContext.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }

        return status != 0 && await WriteAsync(httpContext, exception, status, detail);
    }

    async ValueTask<bool> WriteAsync(HttpContext context, Exception exception, int status, string detail)
    {
        context.Response.StatusCode = status;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = new ProblemDetails { Status = status, Detail = detail },
            Exception = exception,
        });
    }
}
