using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace ImagePipeline.Storage.Objects;

/// <summary>
/// Sorts what goes wrong at an S3 server: about one object (gone, changed, forbidden), or about the world (no answer, wrong
/// credentials, no such bucket), which must never be booked on an image.
/// </summary>
static class S3Faults
{
    /// <summary>The fault by the names that all stores share, or null where it is none of the store's.</summary>
    public static Exception? Of(Exception fault, string uri) => fault switch
    {
        AmazonS3Exception answer => OfAnswer(answer, uri),
        AmazonClientException or AmazonServiceException => new StoreUnavailableException($"{uri}: {fault.Message}", fault),
        StoreUnavailableException => null,
        HttpRequestException or IOException or TimeoutException or OperationCanceledException =>
            new StoreUnavailableException($"{uri}: the store does not answer: {fault.Message}", fault),
        _ => null,
    };

    /// <summary>True for the answer to a read or a look-up of an object that is not there.</summary>
    public static bool IsAbsent(AmazonS3Exception answer) =>
        answer.StatusCode == HttpStatusCode.NotFound && answer.ErrorCode != "NoSuchBucket";

    static Exception OfAnswer(AmazonS3Exception answer, string uri) => answer.StatusCode switch
    {
        HttpStatusCode.NotFound when IsAbsent(answer) => new FileNotFoundException($"{uri} is gone.", answer),
        HttpStatusCode.NotFound => new StoreUnavailableException(
            $"the bucket of {uri} does not exist there; check its name and the endpoint (S3__ServiceUrl).", answer),
        HttpStatusCode.PreconditionFailed => new ObjectChangedException(uri),
        HttpStatusCode.Forbidden when answer.ErrorCode is "AccessDenied" or "InvalidObjectState" =>
            new UnauthorizedAccessException($"{uri}: {answer.ErrorCode}: {answer.Message}", answer),
        HttpStatusCode.Forbidden when answer.ErrorCode == "SignatureDoesNotMatch" && S3Uri.Parse(uri).Key.StartsWith('/') =>
            new IOException($"{uri}: AWS's SDK cannot sign a key that begins its bucket with a slash.", answer),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new StoreUnavailableException(
            $"the store refuses the credentials for {uri} ({answer.ErrorCode}); check AWS_ACCESS_KEY_ID and "
            + "AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.", answer),
        HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect => new StoreUnavailableException(
            $"the bucket of {uri} is in another region; set S3__Region or AWS_REGION.", answer),
        // KeyTooLongError and the like: about this key alone.
        HttpStatusCode.BadRequest when answer.ErrorCode is "KeyTooLongError" or "InvalidURI" =>
            new IOException($"{uri}: {answer.ErrorCode}", answer),
        _ => new StoreUnavailableException($"{uri}: the store answers {(int)answer.StatusCode} {answer.ErrorCode}: {answer.Message}", answer),
    };
}
