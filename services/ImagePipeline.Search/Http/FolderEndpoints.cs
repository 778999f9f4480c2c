using ImagePipeline.Hosting.Access;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;
using Microsoft.AspNetCore.Mvc;

namespace ImagePipeline.Search.Http;

/// <summary><c>/v1/folders</c>: folders to filter by, as somebody types one.</summary>
static class FolderEndpoints
{
    const int MostFolders = 200;
    const int MostText = 1000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/folders", ListAsync).WithName("ListFolders")
        .WithSummary("Folders that a typed beginning may become")
        .WithDescription("Without typed, those in the folder that holds all files. A bucket's prefixes are folders: s3://bucket/prefix/.")
        .Produces<FolderList>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
        .RequireAuthorization(PipelineAccess.Read);

    static async Task<IResult> ListAsync(
        [FromServices] KnownFolders folders, CancellationToken cancel, [FromQuery] string typed = "", [FromQuery] int limit = 50)
    {
        if (limit is < 1 or > MostFolders)
        {
            return Problems.Range("limit", 1, MostFolders);
        }

        if (typed.Length > MostText)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, $"typed has at most {MostText} characters.");
        }

        var uri = typed.Length == 0 || typed.Contains("://", StringComparison.Ordinal) ? typed : "file://" + typed;
        return Results.Ok(new FolderList(
            [.. (await folders.BeginningAsync(uri, limit, cancel))
                .Select(folder => new FolderAnswer(FolderObjects.NameOf(folder.Uri), folder.Files))]));
    }
}

/// <summary>Folders.</summary>
/// <param name="Folders">By path.</param>
public sealed record FolderList(IReadOnlyList<FolderAnswer> Folders);

/// <summary>A folder.</summary>
/// <param name="Path">As the filter <c>folder</c> takes it.</param>
/// <param name="Files">Files below it.</param>
public sealed record FolderAnswer(string Path, long Files);
