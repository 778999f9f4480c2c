using ImagePipeline.Hosting.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace ImagePipeline.Search.Http;

/// <summary>The picture in a request: its body, or the first file of a form.</summary>
static class QueryPicture
{
    const int LongestBoundary = 200;

    /// <summary>Whether a request's media type can hold a picture.</summary>
    public static bool IsTaken(string? contentType) => MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (IsForm(type) || type.Type.Equals("image", StringComparison.OrdinalIgnoreCase)
            || type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase));

    /// <summary>Its bytes; empty where the form has no file.</summary>
    /// <exception cref="BadHttpRequestException">The form is malformed, or more came than <paramref name="maxBytes"/>
    /// (413).</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, long maxBytes, CancellationToken cancel)
    {
        var request = context.Request;
        // The server's own limit is for the other requests: see LimitedBodyStream.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (request.ContentLength > maxBytes)
        {
            throw new BadHttpRequestException("The request is too large.", StatusCodes.Status413PayloadTooLarge);
        }

        var body = new LimitedBodyStream(request.Body, maxBytes);
        var type = MediaTypeHeaderValue.Parse(request.ContentType);
        if (!IsForm(type))
        {
            return await CopyAsync(body, cancel);
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > LongestBoundary)
        {
            throw new BadHttpRequestException("The form has no boundary, or one that is too long.");
        }

        try
        {
            var form = new MultipartReader(boundary, body);
            while (await form.ReadNextSectionAsync(cancel) is { } part)
            {
                if (ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition) && disposition.IsFileDisposition())
                {
                    return await CopyAsync(part.Body, cancel);
                }
            }
        }
        catch (Exception fault) when (fault is InvalidDataException || (fault is IOException and not BadHttpRequestException))
        {
            throw new BadHttpRequestException("The form is malformed or ends early.", fault);
        }

        return default;
    }

    static async Task<ReadOnlyMemory<byte>> CopyAsync(Stream body, CancellationToken cancel)
    {
        var bytes = new MemoryStream();
        await body.CopyToAsync(bytes, cancel);
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    static bool IsForm(MediaTypeHeaderValue type) =>
        type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);
}
