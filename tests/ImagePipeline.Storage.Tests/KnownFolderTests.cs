namespace ImagePipeline.Storage.Tests;

/// <summary>Folders that a typed beginning may become, and jobs whose files failed.</summary>
public abstract class KnownFolderTests(TestDatabase database) : StorageTests(database)
{
    readonly KnownFolders _folders = new(database.Source);
    readonly SourceStore _sources = new(database.Source);

    [Theory]
    [InlineData("file:///photos/20", "file:///photos/2023/:2 file:///photos/2024/:1")]
    [InlineData("file:///photos/2023/", "file:///photos/2023/a_b/:1")]
    [InlineData("file:///photos/2023/a%", "")]
    [InlineData("file:///photos/2023", "file:///photos/2023/:2")]
    [InlineData("s3://bucket/", "s3://bucket/é 1/:1")]
    [InlineData("file:///PHOTOS", "")]
    [InlineData("", "file:///:4 s3://bucket/:1")]
    public async Task Folders_go_on_to_the_next_slash(string typed, string expected)
    {
        await _sources.RegisterAsync(
            [
                Sample.File(1, "file:///photos/2023/1.jpg"), Sample.File(2, "file:///photos/2023/a_b/2.jpg"),
                Sample.File(3, "file:///photos/2024/3.jpg"), Sample.File(4, "file:///photos/4.jpg"), Sample.File(5, "s3://bucket/é 1/5.jpg"),
                SourceRow.Refused("file:///photos/2022/bad.jpg", null, 5, null, SourceState.Rejected, "truncated", null),
            ],
            Guid.NewGuid());

        var found = await _folders.BeginningAsync(typed, 10);

        Assert.Equal(expected, string.Join(' ', found.Select(folder => $"{folder.Uri}:{folder.Files}")));
    }

    [Fact]
    public async Task Without_a_beginning_they_are_those_in_the_folder_that_holds_all()
    {
        await _sources.RegisterAsync(
            [Sample.File(1, "file:///photos/2023/1.jpg"), Sample.File(2, "file:///photos/2024/2.jpg")], Guid.NewGuid());

        var found = await _folders.BeginningAsync("", 1);

        Assert.Equal(new KnownFolder("file:///photos/2023/", 1), Assert.Single(found));
    }

    [Fact]
    public async Task Jobs_with_failed_files_are_those_that_saw_them_last_at_whichever_stage_they_failed()
    {
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        await _sources.RegisterAsync([Sample.File(1), Sample.File(2), Sample.File(3), Refused("file:///a"), Refused("file:///b")], first);
        var stages = new StageStore(Source);
        await stages.FailAsync(Stages.Hash, [new(Sample.Id(1), "vanished", null), new(Sample.Id(2), "vanished", null)]);
        await stages.RejectAsync(Stages.Hash, [new(Sample.Id(2), "truncated", null)]);
        var before = await _sources.FailedJobsAsync(10);

        await _sources.RegisterAsync([Refused("file:///a"), Sample.File(4, "file:///b")], second);

        Assert.Equal([(first, 3L)], before);
        Assert.Equal(new[] { (first, 1L), (second, 1L) }.Order(), (await _sources.FailedJobsAsync(10)).Order());
        Assert.Single(await _sources.FailedJobsAsync(1));
    }

    static SourceRow Refused(string uri) => SourceRow.Refused(uri, null, 5, null, SourceState.Failed, "unreadable", null);
}

[Collection(nameof(OnPGlite))]
public sealed class KnownFoldersOnPGlite(PGliteDatabase database) : KnownFolderTests(database);

[Collection(nameof(OnPostgres))]
public sealed class KnownFoldersOnPostgres(PostgresDatabase database) : KnownFolderTests(database);
