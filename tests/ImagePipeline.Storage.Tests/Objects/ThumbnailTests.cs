using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Storage.Tests.Objects;

public sealed class ThumbnailTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thumbnail_is_stored_once_under_the_name_of_its_image()
    {
        await using var folder = new TemporaryFolder();
        using var stores = ObjectStoreRegistration.Open(null);
        var thumbnails = new ThumbnailStore(stores, new ObjectsOptions { Root = FolderObjects.UriOf(folder.Path) + "/" });

        await thumbnails.PutAsync(Sample.Id(1), "first"u8.ToArray(), Cancel);
        await thumbnails.PutAsync(Sample.Id(1), "second"u8.ToArray(), Cancel);

        var id = Sample.Id(1).ToString();
        Assert.Equal("first", await File.ReadAllTextAsync(Path.Combine(folder.Path, "thumb", id[..2], id + ".jpg"), Cancel));
        using var read = await thumbnails.ReadAsync(Sample.Id(1), Cancel);
        Assert.True(read!.Span.SequenceEqual("first"u8));
        Assert.Null(await thumbnails.ReadAsync(Sample.Id(2), Cancel));
    }

    [Fact]
    public async Task Without_a_root_none_are_kept()
    {
        using var stores = ObjectStoreRegistration.Open(null);
        var thumbnails = new ThumbnailStore(stores, new ObjectsOptions());

        await thumbnails.PutAsync(Sample.Id(1), "first"u8.ToArray(), Cancel);

        Assert.False(thumbnails.IsKept);
        Assert.Null(await thumbnails.ReadAsync(Sample.Id(1), Cancel));
    }

    [Fact]
    public async Task A_place_that_takes_no_thumbnail_is_the_world_s_fault()
    {
        await using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "no folder", Cancel);
        using var stores = ObjectStoreRegistration.Open(null);
        var thumbnails = new ThumbnailStore(stores, new ObjectsOptions { Root = FolderObjects.UriOf(file) });

        await Assert.ThrowsAsync<StoreUnavailableException>(() => thumbnails.PutAsync(Sample.Id(1), "x"u8.ToArray(), Cancel));
    }
}
