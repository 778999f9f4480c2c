using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace ImagePipeline.Storage.Objects;

/// <summary>Makes clients as every S3 server can serve them, not only AWS.</summary>
static class S3Connection
{
    /// <summary>A client whose requests are given up after <paramref name="timeout"/>: for a read, until its headers are there.</summary>
    public static AmazonS3Client Open(S3Options options, TimeSpan timeout)
    {
        var endpoint = options.ServiceUrl ?? Variable("AWS_ENDPOINT_URL_S3") ?? Variable("AWS_ENDPOINT_URL");
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.ForcePathStyle ?? endpoint is not null,
            RequestChecksumCalculation = options.Checksums
                ? RequestChecksumCalculation.WHEN_SUPPORTED : RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = options.Checksums
                ? ResponseChecksumValidation.WHEN_SUPPORTED : ResponseChecksumValidation.WHEN_REQUIRED,
            MaxConnectionsPerServer = options.MaxConnections,
            MaxErrorRetry = options.Retries,
            RetryMode = RequestRetryMode.Standard,
            // Else the faults of some requests use up the retries of all, and objects fail that a second attempt would have brought.
            ThrottleRetries = false,
            ConnectTimeout = options.ConnectTimeout,
            Timeout = timeout,
        };
        if (endpoint is not null)
        {
            config.ServiceURL = endpoint;
            config.AuthenticationRegion = options.Region ?? Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION") ?? "us-east-1";
        }
        else if (options.Region is not null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }

        return options.Anonymous ? new AmazonS3Client(new AnonymousAWSCredentials(), config) : new AmazonS3Client(config);
    }

    static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
