using System.Text;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Storage.Tests.Objects;

public sealed class S3StoreTests(S3Server server) : ObjectStoreContract, IClassFixture<S3Server>
{
    readonly string _prefix = $"{Guid.NewGuid():n}";

    protected override IObjectStore Store => server.Store;

    protected override string Root => $"s3://{server.Bucket}/{_prefix}";

    protected override string KeyPrefix => _prefix + "/";

    [Theory]
    [InlineData("/begins.jpg")]
    [InlineData("a//b.jpg")]
    [InlineData("a/../b.jpg")]
    [InlineData("a/./b.jpg")]
    [InlineData("./b.jpg")]
    [InlineData("ends/with/slash/")]
    public async Task A_key_that_no_file_could_have_is_taken_as_it_is(string key)
    {
        await PutAsync(key, key);

        var listed = Assert.Single((await Store.ListAsync(Root, null, null, 10, Cancel)).Objects);
        using var bytes = await Store.ReadAsync(listed.Uri, listed.Etag, 100, Cancel);

        Assert.Equal(KeyPrefix + key, listed.Key);
        Assert.Equal(key, Encoding.UTF8.GetString(bytes!.Span));
    }

    [Fact]
    public async Task A_key_that_begins_the_bucket_with_a_slash_is_unreadable_and_no_fault_of_the_world()
    {
        var fault = await Assert.ThrowsAsync<IOException>(() => Store.ReadAsync($"s3://{server.Bucket}//{_prefix}", null, 10, Cancel));

        Assert.Equal(FailureReason.Unreadable, FailureReason.Of(fault));
    }

    [Fact]
    public async Task What_a_console_makes_for_a_folder_is_no_object()
    {
        await PutAsync("folder/", "");
        await PutAsync("folder/a", "1");

        Assert.Equal([KeyPrefix + "folder/a"], await ListAsync(1));
    }

    [Fact]
    public async Task A_missing_bucket_is_the_world_s_fault()
    {
        var fault = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => Store.ReadAsync($"s3://no-{_prefix}/a", null, 10, Cancel));

        Assert.Contains("bucket", fault.Message, StringComparison.Ordinal);
        Assert.Null(FailureReason.Of(fault));
    }

    [Fact]
    public async Task What_may_not_be_read_is_unreadable()
    {
        Assert.SkipWhen(server.Absent is not null, server.Absent ?? "");
        using var stranger = new S3Store(new S3Options { ServiceUrl = server.Endpoint, Anonymous = true });
        await PutAsync("a", "1");

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => stranger.ReadAsync(At("a"), null, 10, Cancel));
    }
}
