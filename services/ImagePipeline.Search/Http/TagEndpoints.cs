using ImagePipeline.Hosting.Access;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Tags;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

namespace ImagePipeline.Search.Http;

/// <summary>Tags that people give: <c>/v1/tags</c>, <c>/v1/images/{id}/tags/{tag}</c>.</summary>
static class TagEndpoints
{
    const int MostTags = 1000;
    const string InPath = "{id:guid}/tags/{tag}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/tags", ListAsync).WithName("ListTags").WithSummary("Tags and how many images each has, the most used first")
            .WithDescription("With typed only those that hold this text, in any case of its letters.")
            .Produces<TagList>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .RequireAuthorization(PipelineAccess.Read);
        var image = routes.MapGroup("/v1/images").RequireAuthorization(PipelineAccess.Write)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound);
        image.MapPut(InPath, AddAsync).WithName("PutTag").WithSummary("Give an image a tag")
            .WithDescription($"{TagName.Rule}; a slash in it is written %2F. An image has {TagName.MostPerImage} at most. Twice is as once.")
            .Produces<ImageTags>().ProducesProblem(StatusCodes.Status409Conflict);
        image.MapDelete(InPath, RemoveAsync).WithName("DeleteTag").WithSummary("Take a tag from an image")
            .WithDescription("Only what people gave can be taken. Twice is as once.").Produces<ImageTags>();
    }

    static async Task<IResult> ListAsync(
        [FromServices] TagStore tags, CancellationToken cancel, [FromQuery] string typed = "", [FromQuery] int limit = 100)
    {
        if (limit is < 1 or > MostTags)
        {
            return Problems.Range("limit", 1, MostTags);
        }

        return typed.Length > TagName.Longest
            ? Problems.Of(StatusCodes.Status400BadRequest, $"typed has at most {TagName.Longest} characters.")
            : Results.Ok(new TagList(await tags.ListAsync(typed, limit, cancel)));
    }

    static async Task<IResult> AddAsync(
        HttpContext context, [FromRoute] Guid id, [FromRoute] string tag, [FromServices] TagStore tags, CancellationToken cancel)
    {
        if (!TagName.TryParse(Written(context, tag), out var word))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, $"{TagName.Rule}.");
        }

        return await tags.AddAsync(word, [id], context.PersonName(), cancel: cancel) switch
        {
            { Unknown: > 0 } => Problems.NoImage(id),
            { Full: > 0 } => Problems.Of(
                StatusCodes.Status409Conflict, $"image {id} has {TagName.MostPerImage} tags already; take one away first."),
            _ => Results.Ok(await OfImageAsync(tags, id, cancel)),
        };
    }

    static async Task<IResult> RemoveAsync(
        HttpContext context, [FromRoute] Guid id, [FromRoute] string tag, [FromServices] TagStore tags, [FromServices] StageStore stages,
        CancellationToken cancel)
    {
        if (!TagName.TryParse(Written(context, tag), out var word))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, $"{TagName.Rule}.");
        }

        if (!(await stages.KnownAsync([id], cancel)).Contains(id))
        {
            return Problems.NoImage(id);
        }

        await tags.RemoveAsync(word, [id], cancel);
        return Results.Ok(await OfImageAsync(tags, id, cancel));
    }

    /// <summary>The last part of the address as it was sent: a route leaves %2F as it is, and then the text "%2F" could not be told from a
    /// slash.</summary>
    static string Written(HttpContext context, string tag)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget.Split('?')[0] ?? "";
        return target.Length == 0 ? tag : Uri.UnescapeDataString(target[(target.LastIndexOf('/') + 1)..]);
    }

    static async Task<ImageTags> OfImageAsync(TagStore tags, Guid id, CancellationToken cancel) =>
        new(await tags.OfImageAsync(id, cancel));
}

/// <summary>Tags of the collection.</summary>
/// <param name="Tags">The most used first.</param>
public sealed record TagList(IReadOnlyList<TagCount> Tags);

/// <summary>The tags of an image.</summary>
/// <param name="Tags">By word.</param>
public sealed record ImageTags(IReadOnlyList<ImageTag> Tags);
