using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Storage.Tests.Objects;

public sealed class FolderStoreTests : ObjectStoreContract, IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ip-objects-");

    protected override IObjectStore Store { get; } = new FolderStore();

    protected override string Root => FolderObjects.UriOf(_folder.FullName);

    protected override string KeyPrefix => "";

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Links_are_not_followed_out_of_the_folder()
    {
        var outside = Directory.CreateTempSubdirectory("ip-outside-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(outside.FullName, "secret"), "1", Cancel);
            await PutAsync("in/side", "12");
            Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "folder"), outside.FullName);
            Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "in", "circle"), _folder.FullName);
            File.CreateSymbolicLink(Path.Combine(_folder.FullName, "file"), Path.Combine(outside.FullName, "secret"));
            File.CreateSymbolicLink(Path.Combine(_folder.FullName, "through"), "folder/secret");
            File.CreateSymbolicLink(Path.Combine(_folder.FullName, "good"), "in/side");
            File.CreateSymbolicLink(Path.Combine(_folder.FullName, "dead"), "nowhere");

            var listed = (await Store.ListAsync(Root, null, null, 100, Cancel)).Objects.ToDictionary(one => one.Key);

            Assert.Equal(["dead", "file", "good", "in/side", "through"], listed.Keys.Order());
            Assert.Equal((2, null), (listed["good"].Bytes, listed["good"].Unreadable));
            Assert.Contains("no file", listed["dead"].Unreadable, StringComparison.Ordinal);
            Assert.Contains("out of the folder", listed["file"].Unreadable, StringComparison.Ordinal);
            Assert.Contains("out of the folder", listed["through"].Unreadable, StringComparison.Ordinal);
        }
        finally
        {
            outside.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Hidden_names_are_left_out()
    {
        await PutAsync(".hidden/a", "1");
        await PutAsync("b/.c", "1");
        await PutAsync("b/d", "1");

        Assert.Equal(["b/d"], await ListAsync(10));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_an_error()
    {
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => Store.ListAsync(Root + "/no", null, null, 10, Cancel));
    }

    [Fact]
    public async Task Any_tree_lists_the_same_from_any_of_its_keys()
    {
        var random = new Random(11);
        var keys = new SortedSet<string>(KeyOrder.Instance);
        while (keys.Count < 300)
        {
            // A name that is a folder is no file: files have an ending.
            var depth = random.Next(1, 5);
            var key = string.Join('/', Enumerable.Range(0, depth).Select(_ => Name(random))) + ".x";
            if (keys.Add(key))
            {
                await PutAsync(key, "1");
            }
        }

        Assert.Equal(keys, await ListAsync(13));
        foreach (var after in keys.SelectMany(key => new[] { key, key[..^1], key + "\u0001" }).Where((_, at) => at % 7 == 0))
        {
            // A store of its own knows no walk to go on with.
            var page = await new FolderStore().ListAsync(Root, after, null, 5, Cancel);

            Assert.Equal(keys.Where(key => KeyOrder.Compare(key, after) > 0).Take(5), page.Objects.Select(one => one.Key));
        }
    }

    static string Name(Random random) => new([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => "a-b 0Zé"[random.Next(7)])]);
}
