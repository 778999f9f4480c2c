using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ImagePipeline.Hosting.Telemetry;

/// <summary>
/// Sends spans and metrics to an OpenTelemetry collector, where one is named by <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>; else does nothing.
/// OpenTelemetry's own variables choose protocol, headers and sampling.
/// </summary>
/// <param name="serviceName">Name of this service in traces, unless <c>OTEL_SERVICE_NAME</c> gives another.</param>
sealed class TelemetryExport(string serviceName) : IHostedService, IDisposable
{
    // Long enough for a last batch, short enough for a drain.
    const int FlushMilliseconds = 5000;

    TracerProvider? _traces;
    MeterProvider? _metrics;

    /// <summary>The collector's address, or null.</summary>
    internal static string? Endpoint => Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 } named
        ? named
        : null;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (Endpoint is null)
        {
            return Task.CompletedTask;
        }

        var name = Environment.GetEnvironmentVariable("OTEL_SERVICE_NAME") is { Length: > 0 } named ? named : serviceName;
        _traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService(name))
            .AddSource(StageMetrics.SourceName, "MassTransit")
            .AddOtlpExporter()
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService(name))
            .AddMeter(StageMetrics.SourceName, "MassTransit", "System.Runtime")
            .AddOtlpExporter()
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        // Registered first, so stopped last: the spans of a drain are in.
        _traces?.ForceFlush(FlushMilliseconds);
        _metrics?.ForceFlush(FlushMilliseconds);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }
}
