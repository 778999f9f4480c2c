using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;
using Npgsql;

namespace ImagePipeline.Cli;

/// <summary>Images that a command line names: files, folders, ids, or a condition.</summary>
static class ChosenImages
{
    const int MostImages = 50_000_000;
    const int PageImages = 10_000;

    /// <summary>The image of a file, an address or an id.</summary>
    /// <exception cref="UsageException">It is none of the collection.</exception>
    public static async Task<Guid> OneAsync(NpgsqlDataSource source, string name, CancellationToken cancel)
    {
        if (Guid.TryParse(name, out var id))
        {
            return id;
        }

        var uri = name.Contains("://", StringComparison.Ordinal) ? name : FolderObjects.UriOf(name);
        var known = await new SourceStore(source).FindAsync([uri], cancel);
        return known.TryGetValue(uri, out var found) && found.ImageId is { } image
            ? image
            : throw new UsageException($"'{name}' is no image of the collection.");
    }

    /// <summary>The images of files, addresses, ids and folders, where a folder stands for all below it.</summary>
    /// <exception cref="UsageException">One of them is none of the collection.</exception>
    public static async Task<IReadOnlyCollection<Guid>> NamedAsync(
        NpgsqlDataSource source, IEnumerable<string> names, CancellationToken cancel)
    {
        var images = new HashSet<Guid>();
        foreach (var name in names)
        {
            if (name.EndsWith('/') || Directory.Exists(name))
            {
                await AddBelowAsync(images, source, name, cancel);
            }
            else
            {
                images.Add(await OneAsync(source, name, cancel));
            }
        }

        return images;
    }

    /// <summary>The images whose row of image_file fits a condition in SQL.</summary>
    /// <exception cref="UsageException">PostgreSQL refused the condition; it could only have read.</exception>
    public static async Task<IReadOnlyCollection<Guid>> WhereAsync(NpgsqlDataSource source, string condition, CancellationToken cancel)
    {
        var images = new HashSet<Guid>();
        try
        {
            // The condition is the user's own statement, in a transaction that can only read, as with: imagepipeline sql.
            await using var result = await new ReadOnlyQuery(source).RunAsync(
                $"SELECT DISTINCT image_id FROM image_file WHERE state = 'ingested' AND (\n{condition}\n)",
                new ReadOnlyQueryOptions { MaxRows = MostImages, Timeout = TimeSpan.FromMinutes(10) }, cancel);
            await foreach (var row in result.RowsAsync(cancel))
            {
                images.Add(Guid.Parse(row[0]!));
            }
        }
        catch (QueryRefusedException refused)
        {
            throw new UsageException($"--where: {refused.Message}");
        }

        return images;
    }

    static async Task AddBelowAsync(HashSet<Guid> images, NpgsqlDataSource source, string folder, CancellationToken cancel)
    {
        var uri = folder.Contains("://", StringComparison.Ordinal) ? folder : FolderObjects.UriOf(Path.TrimEndingDirectorySeparator(folder)) + "/";
        var (filtered, before) = (new FilteredImages(source), images.Count);
        IReadOnlyList<Guid> page = [];
        do
        {
            page = await filtered.PageAsync(new ImageFilter { Folder = uri }, page.Count == 0 ? null : page[^1], PageImages, cancel);
            images.UnionWith(page);
        }
        while (page.Count == PageImages);
        if (images.Count == before && page.Count == 0)
        {
            throw new UsageException($"no image of the collection lies below '{folder}'.");
        }
    }
}
