using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace ImagePipeline.Ingest.Http;

/// <summary>The images in a request: its body, or the files of a form, one after the other as they come in.</summary>
static class UploadParts
{
    const int LongestBoundary = 200;
    const int LongestName = 255;

    /// <summary>Whether a request's media type can hold images.</summary>
    public static bool IsTaken(string? contentType) => MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (IsForm(type) || type.Type.Equals("image", StringComparison.OrdinalIgnoreCase)
            || type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads one image after the other; the caller disposes them.</summary>
    /// <exception cref="BadHttpRequestException">The form is malformed or has no end.</exception>
    public static async IAsyncEnumerable<Upload> ReadAsync(
        HttpRequest request, UploadOptions options, [EnumeratorCancellation] CancellationToken cancel)
    {
        var type = MediaTypeHeaderValue.Parse(request.ContentType);
        if (!IsForm(type))
        {
            yield return new Upload(await SpoolAsync(request.Body, options, cancel), CleanName(request.Query["name"]));
            yield break;
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > LongestBoundary)
        {
            throw new BadHttpRequestException("The form has no boundary, or one that is too long.");
        }

        var form = new MultipartReader(boundary, request.Body);
        while (await NextAsync(form, cancel) is { } part)
        {
            // Text fields of a form are read over; its files are the images.
            if (ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition) && disposition.IsFileDisposition())
            {
                var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName;
                yield return new Upload(
                    await SpoolAsync(part.Body, options, cancel), CleanName(HeaderUtilities.RemoveQuotes(name).Value));
            }
        }
    }

    static async Task<MultipartSection?> NextAsync(MultipartReader form, CancellationToken cancel)
    {
        try
        {
            return await form.ReadNextSectionAsync(cancel);
        }
        catch (Exception fault) when (fault is InvalidDataException || (fault is IOException and not BadHttpRequestException))
        {
            throw new BadHttpRequestException("The form is malformed or ends early.", fault);
        }
    }

    static async Task<SpooledUpload> SpoolAsync(Stream body, UploadOptions options, CancellationToken cancel)
    {
        try
        {
            return await SpooledUpload.ReadAsync(body, options.SpoolDirectory, options.MaxImageBytes, cancel);
        }
        catch (Exception fault) when (fault is InvalidDataException
            || (fault is IOException && fault.Source == typeof(MultipartReader).Assembly.GetName().Name))
        {
            throw new BadHttpRequestException("The form is malformed or ends early.", fault);
        }
    }

    static bool IsForm(MediaTypeHeaderValue type) =>
        type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    /// <summary>The name as text to show: one line, not endless. It is never made into a path.</summary>
    static string? CleanName(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return null;
        }

        var clean = new string([.. name.Where(letter => !char.IsControl(letter)).Take(LongestName)]);
        return clean.Length == 0 ? null : clean;
    }
}
