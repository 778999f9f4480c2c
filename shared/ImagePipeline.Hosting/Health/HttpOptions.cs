namespace ImagePipeline.Hosting.Health;

/// <summary>Where a service listens, section <c>Http</c>.</summary>
public sealed record HttpOptions
{
    /// <summary>Address and port of health, metrics and, in ingest and search, the API. Default loopback, on a port per service: ingest
    /// 8080, hasher 8081, embedder 8082, clusterer 8083, search 8084. In a container: <c>http://0.0.0.0:8081</c>. Port 0 takes a free one.</summary>
    public string? Url { get; init; }
}
