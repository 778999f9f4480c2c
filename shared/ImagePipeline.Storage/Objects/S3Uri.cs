namespace ImagePipeline.Storage.Objects;

/// <summary>The address of an object or prefix in S3: <c>s3://bucket/key</c>, the key as it is, without percent-encoding.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Key">Key or prefix; may be empty, may begin with a slash.</param>
public readonly record struct S3Uri(string Bucket, string Key)
{
    const string Scheme = "s3://";

    /// <summary>Takes an address apart.</summary>
    /// <exception cref="ArgumentException">It does not begin with <c>s3://</c> and a bucket.</exception>
    public static S3Uri Parse(string uri)
    {
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{uri}' is no s3:// address; expected s3://bucket/prefix.", nameof(uri));
        }

        var slash = uri.IndexOf('/', Scheme.Length);
        var bucket = slash < 0 ? uri[Scheme.Length..] : uri[Scheme.Length..slash];
        return bucket.Length > 0
            ? new S3Uri(bucket, slash < 0 ? "" : uri[(slash + 1)..])
            : throw new ArgumentException($"'{uri}' names no bucket; expected s3://bucket/prefix.", nameof(uri));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Scheme}{Bucket}/{Key}";
}
