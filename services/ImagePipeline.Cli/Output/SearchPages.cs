using ImagePipeline.Cli.Pages;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Cli.Output;

/// <summary>Fills the page of search results.</summary>
static class SearchPages
{
    /// <summary>Writes the page; thumbnails are made one after the other, so that no more than one is held.</summary>
    /// <param name="objects">Where the pictures are.</param>
    /// <param name="path">File to write.</param>
    /// <param name="query">The picture that was asked about.</param>
    /// <param name="hits">What was found.</param>
    /// <param name="modelId">The model that measured the distances.</param>
    /// <param name="searched">Images compared.</param>
    /// <param name="cancel">Stops the writing.</param>
    public static async Task WriteAsync(
        ObjectStores objects, string path, PagePicture query, IReadOnlyList<Search.SearchHit> hits, string modelId, long searched,
        CancellationToken cancel)
    {
        await using var writer = new StreamWriter(path);
        await SearchPage.WriteAsync(writer, new SearchPageModel
        {
            Query = query,
            Measure = $"cosine distance of {modelId} embeddings",
            Searched = searched,
            FullDistance = 1,
            Hits = PicturesAsync(objects, hits, cancel),
        }, cancel);
    }

    static async IAsyncEnumerable<SearchHit> PicturesAsync(
        ObjectStores objects, IReadOnlyList<Search.SearchHit> hits,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var hit in hits)
        {
            yield return new SearchHit(await PagePictures.OfAsync(objects, hit.Image, cancel), hit.Distance);
        }
    }
}
