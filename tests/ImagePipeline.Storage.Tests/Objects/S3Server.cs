using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Storage.Tests.Objects;

/// <summary>A bucket of its own on the server of IMAGEPIPELINE_TEST_S3, and a store on it.</summary>
public sealed class S3Server : IAsyncLifetime
{
    AmazonS3Client? _client;

    public string Bucket { get; } = $"test-{Guid.NewGuid():n}";

    public string? Absent { get; private set; }

    public string Endpoint { get; private set; } = "";

    /// <summary>The store, or a skipped test where there is no server.</summary>
    public S3Store Store
    {
        get
        {
            Assert.SkipWhen(Absent is not null, Absent ?? "");
            return field!;
        }
        private set;
    }

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("IMAGEPIPELINE_TEST_S3") is not { Length: > 0 } endpoint)
        {
            Absent = "No S3 server: run infra/test-servers start and eval \"$(infra/test-servers env)\", or set IMAGEPIPELINE_TEST_S3.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                throw new InvalidOperationException(Absent);
            }

            return;
        }

        Endpoint = endpoint;
        var (key, secret) = (
            Environment.GetEnvironmentVariable("IMAGEPIPELINE_TEST_S3_ACCESS_KEY") ?? "AKTEST",
            Environment.GetEnvironmentVariable("IMAGEPIPELINE_TEST_S3_SECRET_KEY") ?? "SKTEST");
        // As users give them; the store itself takes no secrets.
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", key);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", secret);
        Store = new S3Store(new S3Options { ServiceUrl = endpoint });
        _client = new AmazonS3Client(
            new BasicAWSCredentials(key, secret),
            new AmazonS3Config { ServiceURL = endpoint, ForcePathStyle = true, AuthenticationRegion = "us-east-1" });
        await _client.PutBucketAsync(Bucket);
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is null)
        {
            return;
        }

        var listed = new ListObjectsV2Request { BucketName = Bucket, Encoding = EncodingType.Url };
        while (await _client.ListObjectsV2Async(listed) is { S3Objects.Count: > 0 } page)
        {
            listed.StartAfter = Uri.UnescapeDataString(page.S3Objects[^1].Key);
            await Task.WhenAll(page.S3Objects.Select(one => _client.DeleteObjectAsync(Bucket, Uri.UnescapeDataString(one.Key))));
        }

        await _client.DeleteBucketAsync(Bucket);
        _client.Dispose();
        Store.Dispose();
    }
}
