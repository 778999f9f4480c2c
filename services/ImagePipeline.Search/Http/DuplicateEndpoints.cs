using ImagePipeline.Core.Duplicates;
using ImagePipeline.Hosting.Access;
using ImagePipeline.Search.Duplicates;
using ImagePipeline.Storage;
using Microsoft.AspNetCore.Mvc;

namespace ImagePipeline.Search.Http;

/// <summary>Groups of copies, looked at: <c>GET /v1/duplicates</c>, <c>GET /v1/images/{id}/duplicates</c>, the list of
/// decisions.</summary>
static class DuplicateEndpoints
{
    const int MostGroups = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/duplicates", ListAsync).WithName("ListDuplicates").WithSummary("Groups of copies, in pages")
            .WithDescription(
                "kind: same_bytes, same_pixels, edited_copy or similar. state: open (some file undecided), decided or all. prefer: a folder or "
                + "pattern whose files are suggested to be kept; may be given again.")
            .Produces<GroupPage>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .RequireAuthorization(PipelineAccess.Read);
        routes.MapGet("/v1/images/{id:guid}/duplicates", OfImageAsync).WithName("GetDuplicates")
            .WithSummary("The group of copies that an image is in").Produces<GroupPage>()
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound)
            .RequireAuthorization(PipelineAccess.Read);
        routes.MapGet("/v1/duplicates/decisions", ExportAsync).WithName("ExportDecisions")
            .WithSummary("Every decision, as CSV: decision, uri, group_id, image_id, reason")
            .WithDescription("Files to remove are those with 'remove' in the first column. Nothing else ever removes them.")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").ProducesProblem(StatusCodes.Status401Unauthorized)
            .RequireAuthorization(PipelineAccess.Read);
    }

    static async Task<IResult> ListAsync(
        [FromServices] GroupDesk desk, [FromServices] GroupStore store, CancellationToken cancel, [FromQuery] string? kind = null,
        [FromQuery] string state = "open", [FromQuery] Guid? after = null, [FromQuery] int limit = 30, [FromQuery] string[]? prefer = null)
    {
        if (limit is < 1 or > MostGroups)
        {
            return Problems.Range("limit", 1, MostGroups);
        }

        DuplicateKind? asked = DuplicateKinds.TryParse(kind, out var parsed) ? parsed : null;
        if ((kind is { Length: > 0 } && asked is null) || state is not ("open" or "decided" or "all"))
        {
            return Problems.Of(
                StatusCodes.Status400BadRequest,
                "kind is same_bytes, same_pixels, edited_copy or similar; state is open, decided or all.");
        }

        var wish = new GroupWish(asked, state == "all" ? null : state == "open");
        var order = new KeeperOrder([], new KeeperRule(prefer ?? []));
        var page = await desk.ReadAsync(wish, order, after, cancel).Take(limit + 1).ToListAsync(cancel);
        // They look at every file; whoever pages has them from the first page.
        var counts = after is null ? await store.CountGroupsAsync(cancel) : null;
        return Results.Ok(new GroupPage(
            [.. page.Take(limit).Select(GroupAnswer.Of)], page.Count > limit ? page[limit - 1].Group.GroupId : null,
            counts?.ToDictionary(count => count.Key.ToSql(), count => count.Value)));
    }

    static async Task<IResult> OfImageAsync(
        [FromRoute] Guid id, [FromServices] GroupDesk desk, [FromServices] StageStore stages, CancellationToken cancel)
    {
        if (!(await stages.KnownAsync([id], cancel)).Contains(id))
        {
            return Problems.NoImage(id);
        }

        var found = await desk.OfImagesAsync([id], KeeperOrder.Default, cancel);
        return Results.Ok(new GroupPage([.. found.Select(GroupAnswer.Of)], null, null));
    }

    static async Task ExportAsync(HttpContext context, [FromServices] DecisionStore decisions, CancellationToken cancel)
    {
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = "attachment; filename=decisions.csv";
        await context.Response.WriteAsync("decision,uri,group_id,image_id,reason\n", cancel);
        await foreach (var row in decisions.StreamAsync(cancel))
        {
            await context.Response.WriteAsync(
                $"{(row.IsKept ? "keep" : "remove")},{Field(row.Uri)},{row.GroupId},{row.ImageId},{Field(row.Reason)}\n", cancel);
        }
    }

    // RFC 4180. A name that a spreadsheet would compute is a stranger's: addresses begin with a scheme and reasons with a word of ours.
    static string Field(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
