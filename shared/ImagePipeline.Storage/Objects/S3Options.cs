using System.ComponentModel.DataAnnotations;

namespace ImagePipeline.Storage.Objects;

/// <summary>
/// Options of <see cref="S3Store"/>, section <c>S3</c>. Credentials, profile and region come by AWS's own rules (environment, shared
/// files, the machine's role), unless said otherwise here.
/// </summary>
public sealed record S3Options
{
    /// <summary>Endpoint of a store other than AWS, such as <c>http://minio:9000</c>. Default: AWS_ENDPOINT_URL_S3, else
    /// AWS_ENDPOINT_URL, else AWS itself.</summary>
    public string? ServiceUrl { get; init; }

    /// <summary>Region that requests are signed for. Default: by AWS's rules; with an endpoint of one's own, <c>us-east-1</c>.</summary>
    public string? Region { get; init; }

    /// <summary>Bucket in the path (<c>host/bucket</c>) and not in the name of the host. Default: only with an endpoint of one's own.</summary>
    public bool? ForcePathStyle { get; init; }

    /// <summary>Reads without signing, for public buckets. Default false.</summary>
    public bool Anonymous { get; init; }

    /// <summary>Signs the bytes of a put as well. Default true; false saves a pass over them and needs HTTPS. R2 wants false.</summary>
    public bool SignPayload { get; init; } = true;

    /// <summary>Adds and checks the newer checksums (CRC) on every request. Default false: many stores answer 400 to them.</summary>
    public bool Checksums { get; init; }

    /// <summary>Sends a put in signed chunks (aws-chunked). Default false: many stores do not know it.</summary>
    public bool ChunkedPuts { get; init; }

    /// <summary>Connections at the same time. Default 64.</summary>
    [Range(1, 4096)]
    public int MaxConnections { get; init; } = 64;

    /// <summary>Further attempts after a transient fault (5xx, 429, a broken connection, a stall), with growing pauses. Default 4.</summary>
    [Range(0, 20)]
    public int Retries { get; init; } = 4;

    /// <summary>How long a connection may take to come about. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the store may take to begin its answer. Default 20 s: AWS lists a deep prefix within a few.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long an answer may pause between two pieces; one object that stalls must not hold its batch. Default 10 s.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one put may take. Default 5 minutes.</summary>
    public TimeSpan PutTimeout { get; init; } = TimeSpan.FromMinutes(5);
}
