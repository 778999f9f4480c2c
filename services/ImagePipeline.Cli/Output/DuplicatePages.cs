using ImagePipeline.Cli.Pages;
using ImagePipeline.Core.Duplicates;
using ImagePipeline.Search.Duplicates;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Cli.Output;

/// <summary>Fills the page of groups.</summary>
static class DuplicatePages
{
    /// <summary>Writes the page, group by group.</summary>
    public static async Task WriteAsync(
        ObjectStores objects, string path, long images, IReadOnlyDictionary<DuplicateKind, long> counts, IReadOnlyList<SuggestedGroup> groups,
        CancellationToken cancel)
    {
        await using var writer = new StreamWriter(path);
        await DuplicatesPage.WriteAsync(writer, new DuplicatesPageModel
        {
            Images = images,
            GroupCount = groups.Count,
            SpareBytes = groups.Sum(group => group.Files.Where(file => file != group.Keep && file.Kind != DuplicateKind.Similar)
                .Sum(file => file.Bytes)),
            Kinds = [.. Enum.GetValues<DuplicateKind>().Select(kind => new KindCount(
                kind.Code(), counts.GetValueOrDefault(kind),
                groups.Sum(group => group.Files.Count(file => !file.IsRepresentative && file.Kind == kind))))
                .Where(kind => kind.Copies > 0)],
            Groups = PicturesAsync(objects, groups, cancel),
        }, cancel);
    }

    static async IAsyncEnumerable<DuplicateGroup> PicturesAsync(
        ObjectStores objects, IReadOnlyList<SuggestedGroup> groups,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var group in groups)
        {
            var copies = new List<DuplicateCopy>(group.Files.Count - 1);
            foreach (var file in group.Files.Skip(1))
            {
                copies.Add(new DuplicateCopy(
                    await PagePictures.OfAsync(objects, file, cancel), file.Kind.Code(), file.Words,
                    file.Kind is DuplicateKind.EditedCopy or DuplicateKind.Similar ? file.Distance : null));
            }

            var keep = group.Files.ToList().IndexOf(group.Keep);
            yield return new DuplicateGroup(await PagePictures.OfAsync(objects, group.Files[0], cancel), copies, keep, group.Reason);
        }
    }
}
