using System.Globalization;
using ImagePipeline.Hosting.Access;
using ImagePipeline.Imaging;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;
using ImagePipeline.Storage.Objects;
using ImagePipeline.Storage.Tags;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ImagePipeline.Search.Http;

/// <summary><c>/v1/images</c>: what is there, and the pictures themselves.</summary>
static class ImageEndpoints
{
    const int MostImages = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var images = routes.MapGroup("/v1/images").RequireAuthorization(PipelineAccess.Read)
            .ProducesProblem(StatusCodes.Status401Unauthorized);
        images.MapGet("", ListAsync).WithName("ListImages").WithSummary("Images, filtered, in pages")
            .WithDescription("By ascending id, which is the digest of the content: an order that stays, and means nothing.")
            .Produces<ImagePage>().ProducesProblem(StatusCodes.Status400BadRequest);
        images.MapGet("{id:guid}", GetAsync).WithName("GetImage").WithSummary("One image, with its main colours, its cluster and its tags")
            .Produces<ImageAnswer>().ProducesProblem(StatusCodes.Status404NotFound);
        images.MapGet("{id:guid}/thumbnail", ThumbnailAsync).WithName("GetThumbnail").WithSummary("A small JPEG of an image, upright")
            .WithDescription($"size is the longest edge in pixels: {string.Join(", ", Pictures.Sizes)}. It never changes.")
            .Produces(StatusCodes.Status200OK, contentType: "image/jpeg").Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status410Gone).ProducesProblem(StatusCodes.Status429TooManyRequests)
            .RequireRateLimiting(SearchLimits.Pictures);
        images.MapGet("{id:guid}/original", OriginalAsync).WithName("GetOriginal").WithSummary("The bytes of an image as they were found")
            .WithDescription("Range asks for a part of it.")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .Produces(StatusCodes.Status206PartialContent, contentType: "application/octet-stream").Produces(StatusCodes.Status304NotModified)
            .Produces(StatusCodes.Status416RangeNotSatisfiable)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status410Gone)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .RequireRateLimiting(SearchLimits.Pictures);
    }

    static async Task<IResult> ListAsync(
        [AsParameters] FilterQuery filter, [FromServices] FilteredImages filtered, [FromServices] FileStore files,
        [FromServices] ClusterPlaces places, CancellationToken cancel, [FromQuery] Guid? after = null, [FromQuery] int limit = 100)
    {
        if (limit is < 1 or > MostImages)
        {
            return Problems.Range("limit", 1, MostImages);
        }

        var ids = await filtered.PageAsync(filter.Read(), after, limit, cancel);
        var facts = await files.OfImagesAsync(ids, cancel);
        var clusters = await places.OfImagesAsync(ids, cancel);
        return Results.Ok(new ImagePage(
            [.. ids.Where(facts.ContainsKey).Select(id => ImageAnswer.Of(facts[id], clusters.GetValueOrDefault(id)))],
            ids.Count == limit ? ids[^1] : null));
    }

    static async Task<IResult> GetAsync(
        [FromRoute] Guid id, [FromServices] FileStore files, [FromServices] HashStore hashes,
        [FromServices] ClusterPlaces places, [FromServices] TagStore tags, CancellationToken cancel)
    {
        if (!(await files.OfImagesAsync([id], cancel)).TryGetValue(id, out var facts))
        {
            return Problems.NoImage(id);
        }

        var hashed = (await hashes.GetAsync([id], cancel)).GetValueOrDefault(id);
        var cluster = (await places.OfImagesAsync([id], cancel)).GetValueOrDefault(id);
        return Results.Ok(ImageAnswer.Of(facts, cluster) with
        {
            Colours = hashed?.Colours,
            Shares = hashed?.Shares,
            Tags = await tags.OfImageAsync(id, cancel),
        });
    }

    static async Task<IResult> ThumbnailAsync(
        HttpContext context, [FromRoute] Guid id, [FromServices] Pictures pictures, CancellationToken cancel,
        [FromQuery] int size = ThumbnailRule.EdgePx)
    {
        if (!Pictures.Sizes.Contains(size))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, $"size is one of {string.Join(", ", Pictures.Sizes)}.");
        }

        if (IsKnown(context, string.Create(CultureInfo.InvariantCulture, $"{id:n}-{size}")))
        {
            return Results.StatusCode(StatusCodes.Status304NotModified);
        }

        return await pictures.ThumbnailAsync(id, size, cancel) is { } jpeg ? Results.Bytes(jpeg, "image/jpeg") : Lost(context, id);
    }

    static async Task OriginalAsync(
        HttpContext context, [FromRoute] Guid id, [FromServices] Pictures pictures, [FromServices] FileStore files, CancellationToken cancel)
    {
        if (IsKnown(context, $"{id:n}"))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        if (!(await files.OfImagesAsync([id], cancel)).TryGetValue(id, out var facts)
            || await pictures.ReadAsync(id, cancel) is not { } original)
        {
            await Lost(context, id).ExecuteAsync(context);
            return;
        }

        using (original.Bytes)
        {
            var name = new ContentDispositionHeaderValue("inline");
            name.SetHttpFileName(Path.GetFileName(FolderObjects.NameOf(original.Uri)));
            context.Response.Headers.ContentDisposition = name.ToString();
            await Results.Bytes(original.Bytes.Memory, $"image/{facts.Format}", enableRangeProcessing: true, entityTag: Tag($"{id:n}"))
                .ExecuteAsync(context);
        }
    }

    /// <summary>Says what the answer may be kept as, and whether the client has it. An id is the digest of the bytes: what was made of them
    /// once holds for good, so the bytes need not be looked at.</summary>
    static bool IsKnown(HttpContext context, string tag)
    {
        var etag = Tag(tag);
        context.Response.Headers.ETag = etag.ToString();
        // Private: what is shown may need a key.
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return EntityTagHeaderValue.TryParseList(context.Request.Headers.IfNoneMatch, out var known)
            && known.Any(one => one.Compare(etag, useStrongComparison: false));
    }

    static EntityTagHeaderValue Tag(string tag) => new($"\"{tag}\"");

    static IResult Lost(HttpContext context, Guid id)
    {
        context.Response.Headers.Remove(HeaderNames.ETag);
        context.Response.Headers.CacheControl = "no-store";
        return Problems.NoImage(id);
    }
}
