using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImagePipeline.Hosting.Telemetry;

/// <summary>Telemetry of a service: spans and metrics to a collector, metrics to scrape, logs as JSON.</summary>
public static class PipelineTelemetry
{
    /// <summary>Adds all of it. Call it before the bus is added, so that it ends after the bus has drained.</summary>
    /// <param name="services">The registration.</param>
    /// <param name="serviceName">Such as <c>imagepipeline-hasher</c>.</param>
    public static IServiceCollection AddPipelineTelemetry(this IServiceCollection services, string serviceName) => services
        .AddSingleton<StageMetrics>()
        .AddSingleton<PrometheusMeters>()
        .AddHostedService(_ => new TelemetryExport(serviceName));

    /// <summary>One JSON object per line on standard output, with the ids of trace and span.</summary>
    public static ILoggingBuilder AddPipelineLogging(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        return logging.AddJsonConsole(console =>
        {
            console.IncludeScopes = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        });
    }
}
