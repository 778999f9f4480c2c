namespace ImagePipeline.Storage.Tests;

public abstract class FileTests(TestDatabase database) : StorageTests(database)
{
    readonly FileStore _files = new(database.Source);
    readonly SourceStore _sources = new(database.Source);

    [Fact]
    public async Task Facts_of_an_image_name_every_file_that_holds_it()
    {
        await _sources.RegisterAsync([Sample.File(1), Sample.File(1, "file:///a"), Sample.File(2)], Guid.NewGuid());

        var facts = await _files.OfImagesAsync([Sample.Id(1), Sample.Id(9)]);

        var image = Assert.Single(facts).Value;
        Assert.Equal((Sample.Id(1), "jpeg", 641, 480, 1001L), (image.ImageId, image.Format, image.WidthPx, image.HeightPx, image.Bytes));
        Assert.Equal(Sample.Then.DateTime, image.TakenAt);
        Assert.Equal([new GroupFile("file:///a", Sample.Then), new(Sample.File(1).Uri, Sample.Then)], image.Files);
    }

    [Fact]
    public async Task A_rejected_image_has_no_facts_and_is_not_counted()
    {
        await _sources.RegisterAsync([Sample.File(1), Sample.File(2), Sample.File(2, "file:///copy")], Guid.NewGuid());

        await new StageStore(Source).RejectAsync(Stages.Hash, [new(Sample.Id(1), "truncated", null)]);

        Assert.Equal([Sample.Id(2)], (await _files.OfImagesAsync([Sample.Id(1), Sample.Id(2)])).Keys);
        Assert.Equal(1, await _files.CountAsync());
    }

    [Fact]
    public async Task An_image_whose_only_file_has_other_content_now_has_no_place()
    {
        await _sources.RegisterAsync([Sample.File(1)], Guid.NewGuid());
        await _sources.RegisterAsync([Sample.File(2, Sample.File(1).Uri)], Guid.NewGuid());

        Assert.Empty(await _files.OfImagesAsync([Sample.Id(1)]));
        Assert.Equal(
            [new ImageLocation(Sample.Id(2), Sample.File(1).Uri, "etag-2", 642, 480)],
            await _files.LocateAsync([Sample.Id(1), Sample.Id(2)]));
        Assert.Equal(1, await _files.CountAsync());
    }

    [Fact]
    public async Task An_image_is_located_once_however_many_files_hold_it()
    {
        await _sources.RegisterAsync([Sample.File(1), Sample.File(1, "file:///a")], Guid.NewGuid());

        Assert.Equal("file:///a", Assert.Single(await _files.LocateAsync([Sample.Id(1)])).Uri);
        Assert.Empty(await _files.LocateAsync([]));
    }
}

[Collection(nameof(OnPGlite))]
public sealed class FilesOnPGlite(PGliteDatabase database) : FileTests(database);

[Collection(nameof(OnPostgres))]
public sealed class FilesOnPostgres(PostgresDatabase database) : FileTests(database);
