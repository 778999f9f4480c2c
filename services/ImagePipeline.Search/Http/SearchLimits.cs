using System.Globalization;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.RateLimiting;

namespace ImagePipeline.Search.Http;

/// <summary>How much is at work at once: searches, and pictures that are read. Beyond, 429; too slow, 503.</summary>
static class SearchLimits
{
    public const string Searches = "searches";
    public const string Pictures = "pictures";

    // Orders about copies are small; only pictures are allowed more.
    const long MaxOtherBytes = 1 << 20;

    public static void AddSearchLimits(this WebApplicationBuilder builder, SearchOptions options)
    {
        builder.Services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = options.Timeout,
            TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
            WriteTimeoutResponse = context => WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable, $"not done within {options.Timeout} (option Search:Timeout)."),
        });
        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.AddConcurrencyLimiter(Searches, searches =>
                (searches.PermitLimit, searches.QueueLimit) = (options.MaxSearches, options.MaxWaiting));
            limiter.AddConcurrencyLimiter(Pictures, pictures =>
                (pictures.PermitLimit, pictures.QueueLimit) = (options.MaxPictures, options.MaxWaiting));
            limiter.OnRejected = (context, _) =>
            {
                context.HttpContext.Response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
                return new ValueTask(WriteAsync(
                    context.HttpContext, StatusCodes.Status429TooManyRequests,
                    $"{options.MaxWaiting} requests wait already (options Search:MaxSearches, Search:MaxPictures, Search:MaxWaiting)."));
            };
        });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxOtherBytes);
    }

    static Task WriteAsync(HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        return Problems.Of(status, detail).ExecuteAsync(context);
    }
}
