using ImagePipeline.Hosting.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImagePipeline.Hosting.Health;

/// <summary>
/// What a supervisor asks a service. <c>/health/live</c>: the process answers; it never depends on broker or database, whose absence a
/// restart does not cure. <c>/health/ready</c>: the service can do its work now. <c>/metrics</c>: for Prometheus.
/// </summary>
public static class PipelineHealth
{
    // The bus tags its own checks so.
    const string ReadyTag = "ready";

    static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Sets where the service listens and prepares its health; the bus adds its own check.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="port">Port on loopback, where the configuration names no <c>Http:Url</c>.</param>
    /// <returns>The address listened on; from here on also at <c>Http:Url</c>.</returns>
    public static string AddPipelineHealth(this WebApplicationBuilder builder, int port)
    {
        var options = builder.Configuration.GetSection("Http").Get<HttpOptions>() ?? new();
        var url = string.IsNullOrEmpty(options.Url) ? $"http://127.0.0.1:{port}" : options.Url;
        builder.Configuration["Http:Url"] = url;
        builder.WebHost.UseUrls(url);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddHealthChecks();
        return url;
    }

    /// <summary>Adds a condition of readiness.</summary>
    /// <param name="services">The registration.</param>
    /// <param name="name">Shown in the answer.</param>
    /// <param name="check">Throws where the service is not ready; given three seconds.</param>
    public static IServiceCollection AddReadyCheck(
        this IServiceCollection services, string name, Func<IServiceProvider, CancellationToken, Task> check)
    {
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            name, provider => new ReadyCheck(provider, check), HealthStatus.Unhealthy, [ReadyTag], CheckTimeout));
        return services;
    }

    /// <summary>Maps <c>/health/live</c>, <c>/health/ready</c> and <c>/metrics</c>; none needs a key.</summary>
    public static WebApplication MapPipelineHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(ReadyTag),
            ResponseWriter = WriteAsync,
            // A bus that is reconnecting is Degraded, which counts as healthy by default; such a service gets nothing done.
            ResultStatusCodes =
            {
                [HealthStatus.Healthy] = StatusCodes.Status200OK,
                [HealthStatus.Degraded] = StatusCodes.Status503ServiceUnavailable,
                [HealthStatus.Unhealthy] = StatusCodes.Status503ServiceUnavailable,
            },
        });
        app.MapGet("/metrics", async (PrometheusMeters meters, HttpResponse response) =>
        {
            var text = new StringWriter();
            meters.Write(text);
            response.ContentType = PrometheusMeters.ContentType;
            await response.WriteAsync(text.ToString(), response.HttpContext.RequestAborted);
        }).ExcludeFromDescription();
        // From the start: a scrape shows what happened before it too.
        app.Services.GetRequiredService<PrometheusMeters>();
        return app;
    }

    static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new
        {
            status = Word(report.Status),
            checks = report.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToDictionary(
                entry => entry.Key,
                entry => new { status = Word(entry.Value.Status), detail = entry.Value.Description }),
        },
        context.RequestAborted);

    static string Word(HealthStatus status) => status is HealthStatus.Healthy ? "ready" : "not ready";

    sealed class ReadyCheck(IServiceProvider provider, Func<IServiceProvider, CancellationToken, Task> check) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
        {
            try
            {
                await check(provider, cancellationToken);
                return HealthCheckResult.Healthy();
            }
#pragma warning disable CA1031 // Whatever keeps the check from succeeding is the answer.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                return HealthCheckResult.Unhealthy(fault.Message);
            }
        }
    }
}
