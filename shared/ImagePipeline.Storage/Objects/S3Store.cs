using System.Buffers;
using System.Net;
using System.Runtime.InteropServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace ImagePipeline.Storage.Objects;

/// <summary>
/// Objects of an S3 server. Faults of the world are retried by the SDK before an answer begins, and by this class when an answer breaks
/// off or stalls; what is left after <see cref="S3Options.Retries"/> is a <see cref="StoreUnavailableException"/>.
/// </summary>
public sealed class S3Store(S3Options options) : IObjectStore, IDisposable
{
    /// <summary>An answer slower than this on average has stalled, though a byte comes now and then.</summary>
    const long LeastBytesPerSecond = 16 * 1024;

    const int UnknownBytes = 64 * 1024;

    readonly AmazonS3Client _client = S3Connection.Open(options, options.AnswerTimeout);

    // The SDK's limit of time holds for sending the bytes as well, hence a client of its own.
    readonly Lazy<AmazonS3Client> _puts = new(() => S3Connection.Open(options, options.PutTimeout));

    /// <inheritdoc/>
    public string Scheme => "s3";

    /// <inheritdoc/>
    public async Task<ObjectBytes?> ReadAsync(string uri, string? etag, long maxBytes, CancellationToken cancel)
    {
        var at = S3Uri.Parse(uri);
        for (var attempt = 0; ; attempt++)
        {
            using var answer = await AskAsync(uri, Patience, token => _client.GetObjectAsync(new GetObjectRequest
            {
                BucketName = at.Bucket,
                Key = at.Key,
                EtagToMatch = etag is null ? null : $"\"{etag}\"",
            }, token), cancel);
            if (answer.ContentLength > Math.Min(maxBytes, Array.MaxLength))
            {
                return null;
            }

            try
            {
                return await ReadBodyAsync(answer, maxBytes, cancel);
            }
            catch (Exception fault) when (fault is IOException or HttpRequestException or OperationCanceledException
                && !cancel.IsCancellationRequested)
            {
                if (attempt >= options.Retries)
                {
                    throw new StoreUnavailableException($"{uri}: the answer breaks off or stalls: {fault.Message}", fault);
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100 << attempt), cancel);
        }
    }

    /// <inheritdoc/>
    public async Task<FoundObject?> FindAsync(string uri, CancellationToken cancel)
    {
        var at = S3Uri.Parse(uri);
        try
        {
            var facts = await AskAsync(
                uri, Patience, token => _client.GetObjectMetadataAsync(at.Bucket, at.Key, token), cancel);
            return new FoundObject(uri, at.Key, facts.ETag?.Trim('"'), facts.ContentLength, Utc(facts.LastModified));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<ObjectPage> ListAsync(string root, string? after, string? upTo, int limit, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var at = S3Uri.Parse(root);
        // A page is read by the SDK, which waits for ever for one that stalls.
        var page = await AskAsync(root, options.AnswerTimeout + options.StallTimeout, token => _client.ListObjectsV2Async(new ListObjectsV2Request
        {
            BucketName = at.Bucket,
            Prefix = at.Key,
            StartAfter = after,
            MaxKeys = limit,
            // A key may hold characters that XML cannot.
            Encoding = EncodingType.Url,
        }, token), cancel);
        var found = new List<FoundObject>(page.S3Objects?.Count ?? 0);
        string? last = null;
        foreach (var listed in page.S3Objects ?? [])
        {
            last = Decoded(listed.Key, page.Encoding);
            if (upTo is not null && KeyOrder.Compare(last, upTo) > 0)
            {
                return new ObjectPage(found, null);
            }

            // What consoles make for a new folder is no file.
            if (listed.Size > 0 || !last.EndsWith('/'))
            {
                found.Add(new FoundObject(
                    new S3Uri(at.Bucket, last).ToString(), last, listed.ETag?.Trim('"'), listed.Size ?? 0, Utc(listed.LastModified)));
            }
        }

        return new ObjectPage(found, page.IsTruncated == true && last != upTo ? last : null);
    }

    /// <inheritdoc/>
    public Task<bool> PutIfAbsentAsync(string uri, ReadOnlyMemory<byte> bytes, string contentType, CancellationToken cancel) =>
        PutAsync(uri, () => MemoryMarshal.TryGetArray(bytes, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(bytes.ToArray(), writable: false), contentType, cancel);

    /// <inheritdoc/>
    public Task<bool> PutFileIfAbsentAsync(string uri, string path, string contentType, CancellationToken cancel) =>
        PutAsync(uri, () => File.OpenRead(path), contentType, cancel);

    /// <summary>Makes a bucket, unless it is there; for tests and benchmarks, the program itself makes none.</summary>
    internal Task MakeBucketAsync(string bucket, CancellationToken cancel) =>
        AskAsync($"s3://{bucket}", Patience, token => _client.PutBucketAsync(bucket, token), cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        if (_puts.IsValueCreated)
        {
            _puts.Value.Dispose();
        }
    }

    async Task<bool> PutAsync(string uri, Func<Stream> open, string contentType, CancellationToken cancel)
    {
        var at = S3Uri.Parse(uri);
        for (var attempt = 0; ; attempt++)
        {
            await using var stream = open();
            try
            {
                await AskAsync(uri, Timeout.InfiniteTimeSpan, token => _puts.Value.PutObjectAsync(new PutObjectRequest
                {
                    BucketName = at.Bucket,
                    Key = at.Key,
                    InputStream = stream,
                    AutoCloseStream = false,
                    ContentType = contentType,
                    IfNoneMatch = "*",
                    UseChunkEncoding = options.ChunkedPuts,
                    DisablePayloadSigning = options.SignPayload ? null : true,
                }, token), cancel);
                return true;
            }
            catch (ObjectChangedException)
            {
                return false;
            }
            catch (StoreUnavailableException fault) when (attempt < options.Retries
                && fault.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.Conflict })
            {
                // Another put of the key is under way; whether it succeeds decides what this one finds.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50 << attempt), cancel);
        }
    }

    /// <returns>The bytes, or null where there are more than <paramref name="maxBytes"/>.</returns>
    async Task<ObjectBytes?> ReadBodyAsync(GetObjectResponse answer, long maxBytes, CancellationToken cancel)
    {
        // A server need not say how long its answer is: then it is read to its end, into a buffer that grows.
        var (declared, most) = ((int)answer.ContentLength, (int)Math.Min(maxBytes, Array.MaxLength));
        using var whole = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        whole.CancelAfter((2 * options.StallTimeout)
            + TimeSpan.FromSeconds((declared > 0 ? declared : most) / LeastBytesPerSecond));
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(whole.Token);
        var buffer = ArrayPool<byte>.Shared.Rent(declared > 0 ? declared : UnknownBytes);
        try
        {
            for (var length = 0; ;)
            {
                stall.CancelAfter(options.StallTimeout);
                var room = buffer.AsMemory(length, (declared > 0 ? declared : buffer.Length) - length);
                var read = await answer.ResponseStream.ReadAsync(room, stall.Token);
                length += read;
                if (length > most)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    return null;
                }

                if (length == declared || (read == 0 && declared == 0))
                {
                    return new ObjectBytes(buffer, length);
                }

                if (read == 0)
                {
                    throw new EndOfStreamException($"{length:N0} of {declared:N0} bytes came");
                }

                buffer = length == buffer.Length ? Grown(buffer) : buffer;
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    static byte[] Grown(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * buffer.Length, Array.MaxLength));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    /// <summary>Time for the attempts that the SDK makes, and for the words of an error.</summary>
    TimeSpan Patience => ((options.Retries + 1) * options.AnswerTimeout) + options.StallTimeout;

    static async Task<T> AskAsync<T>(string uri, TimeSpan limit, Func<CancellationToken, Task<T>> ask, CancellationToken cancel)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limited.CancelAfter(limit);
        try
        {
            return await ask(limited.Token);
        }
        catch (Exception fault) when (S3Faults.Of(fault, uri) is { } named)
        {
            // An answer that comes when nobody waits for it any more is nobody's fault.
            cancel.ThrowIfCancellationRequested();
            throw named;
        }
    }

    /// <summary>A listed key as it is; the SDK leaves it encoded. A space may come as plus, a plus never does.</summary>
    static string Decoded(string key, EncodingType? encoding) =>
        encoding == EncodingType.Url ? Uri.UnescapeDataString(key.Replace('+', ' ')) : key;

    static DateTimeOffset? Utc(DateTime? time) => time is { } given ? new DateTimeOffset(given.ToUniversalTime()) : null;
}
