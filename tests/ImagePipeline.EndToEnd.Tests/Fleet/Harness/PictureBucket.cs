using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace ImagePipeline.EndToEnd.Tests.Fleet.Harness;

/// <summary>A bucket of pictures on the S3 server, uploaded once and then only read.</summary>
sealed class PictureBucket : IDisposable
{
    /// <summary>Where the pictures are in it.</summary>
    public const string Prefix = "pictures/";

    readonly AmazonS3Client _client;

    PictureBucket(FleetServers servers) => _client = new AmazonS3Client(
        new BasicAWSCredentials(servers.AccessKey, servers.SecretKey), new AmazonS3Config
        {
            ServiceURL = servers.Store.ToString(),
            ForcePathStyle = true,
            AuthenticationRegion = "us-east-1",
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });

    public string Name { get; } = $"fleet-{Guid.NewGuid():n}";

    /// <summary>Address of all pictures.</summary>
    public string Uri => $"s3://{Name}/{Prefix}";

    public static async Task<PictureBucket> CreateAsync(FleetServers servers, IEnumerable<(string Key, byte[] Bytes)> pictures)
    {
        var bucket = new PictureBucket(servers);
        await bucket._client.PutBucketAsync(bucket.Name);
        await Parallel.ForEachAsync(pictures, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (picture, cancel) =>
            await bucket._client.PutObjectAsync(new PutObjectRequest
            {
                BucketName = bucket.Name,
                Key = Prefix + picture.Key,
                InputStream = new MemoryStream(picture.Bytes),
                UseChunkEncoding = false,
            }, cancel));
        return bucket;
    }

    /// <summary>Objects below a prefix, with their times.</summary>
    public async Task<IReadOnlyList<S3Object>> ListAsync(string prefix)
    {
        var all = new List<S3Object>();
        var request = new ListObjectsV2Request { BucketName = Name, Prefix = prefix };
        ListObjectsV2Response page;
        do
        {
            page = await _client.ListObjectsV2Async(request);
            all.AddRange(page.S3Objects ?? []);
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
        return all;
    }

    /// <summary>Reads an object to its end.</summary>
    public async Task ReadAsync(string key)
    {
        using var answer = await _client.GetObjectAsync(Name, key);
        await answer.ResponseStream.CopyToAsync(Stream.Null);
    }

    /// <summary>The same pictures as files of a folder, with the same times.</summary>
    public async Task CopyToAsync(string folder, IEnumerable<(string Key, byte[] Bytes)> pictures)
    {
        var times = (await ListAsync(Prefix)).ToDictionary(found => found.Key[Prefix.Length..], found => found.LastModified!.Value);
        foreach (var (key, bytes) in pictures)
        {
            var path = Path.Combine(folder, key);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, bytes);
            File.SetLastWriteTimeUtc(path, times[key].ToUniversalTime());
        }
    }

    /// <summary>Removes everything: the test server keeps objects in memory.</summary>
    public async Task RemoveAsync()
    {
        foreach (var page in (await ListAsync("")).Chunk(500))
        {
            await _client.DeleteObjectsAsync(new DeleteObjectsRequest
            {
                BucketName = Name,
                Objects = [.. page.Select(found => new KeyVersion { Key = found.Key })],
            });
        }

        await _client.DeleteBucketAsync(Name);
    }

    public void Dispose() => _client.Dispose();
}
