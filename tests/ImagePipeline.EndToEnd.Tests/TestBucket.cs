using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>A bucket of its own, gone afterwards; the program reaches it by a link that counts and can be disturbed.</summary>
sealed class TestBucket : IDisposable
{
    readonly AmazonS3Client _client;

    TestBucket(string endpoint)
    {
        Link = new StoreLink(endpoint);
        var (key, secret) = (Setting("IMAGEPIPELINE_TEST_S3_ACCESS_KEY"), Setting("IMAGEPIPELINE_TEST_S3_SECRET_KEY"));
        _client = new AmazonS3Client(new BasicAWSCredentials(key, secret), new AmazonS3Config
        {
            ServiceURL = endpoint,
            ForcePathStyle = true,
            AuthenticationRegion = "us-east-1",
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
        Settings = new()
        {
            ["AWS_ACCESS_KEY_ID"] = key,
            ["AWS_SECRET_ACCESS_KEY"] = secret,
            ["S3__ServiceUrl"] = Link.Url,
            ["S3__ForcePathStyle"] = "true",
        };
    }

    /// <summary>What the program has to be told.</summary>
    public Dictionary<string, string> Settings { get; }

    public string Name { get; } = $"jobs-{Guid.NewGuid():n}";

    public StoreLink Link { get; }

    /// <summary>Makes one; without a server the test is skipped, and fails in CI.</summary>
    public static async Task<TestBucket> MakeAsync()
    {
        var endpoint = Environment.GetEnvironmentVariable("IMAGEPIPELINE_TEST_S3");
        const string Absent = "No S3 server: run infra/test-servers start and eval \"$(infra/test-servers env)\".";
        Assert.False(endpoint is null && Environment.GetEnvironmentVariable("CI") == "true", Absent);
        Assert.SkipWhen(endpoint is null, Absent);
        var bucket = new TestBucket(endpoint!);
        await bucket._client.PutBucketAsync(bucket.Name);
        return bucket;
    }

    public string Uri(string key) => $"s3://{Name}/{key}";

    /// <summary>Stores an object and returns its ETag.</summary>
    public async Task<string> PutAsync(string key, byte[] bytes) => (await _client.PutObjectAsync(new PutObjectRequest
    {
        BucketName = Name,
        Key = key,
        InputStream = new MemoryStream(bytes),
        UseChunkEncoding = false,
    })).ETag.Trim('"');

    /// <summary>Stores pictures under numbers.</summary>
    public Task PutPicturesAsync(string prefix, int count, int edgePx = 24) => Parallel.ForAsync(
        0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 },
        async (n, _) => await PutAsync($"{prefix}{n:d4}.png", JobReports.Picture(n, edgePx)));

    public void Dispose()
    {
        Link.Dispose();
        DeleteAsync().GetAwaiter().GetResult();
        _client.Dispose();
    }

    async Task DeleteAsync()
    {
        while ((await _client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Name })).S3Objects is { Count: > 0 } left)
        {
            await _client.DeleteObjectsAsync(new DeleteObjectsRequest
            {
                BucketName = Name,
                Objects = [.. left.Select(found => new KeyVersion { Key = found.Key })],
            });
        }

        await _client.DeleteBucketAsync(Name);
    }

    static string Setting(string name) => Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"{name} is not set; see infra/test-servers env.");
}
