using ImagePipeline.Ingest.Jobs;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Services.Tests.Jobs;

/// <summary>Which objects a job is about.</summary>
public sealed class Globs
{
    [Theory]
    [InlineData("*.jpg", "a.jpg", true)]
    [InlineData("*.jpg", "a/b/c.JPG", true)]
    [InlineData("*.jpg", "a.jpg.txt", false)]
    [InlineData("a/*.jpg", "a/b.jpg", true)]
    [InlineData("a/*.jpg", "a/b/c.jpg", false)]
    [InlineData("a/**", "a/b/c.jpg", true)]
    [InlineData("a/**", "b/a/c.jpg", false)]
    [InlineData("**/thumbs/**", "thumbs/1.jpg", true)]
    [InlineData("**/thumbs/**", "x/y/thumbs/1.jpg", true)]
    [InlineData("**/thumbs/**", "x/mythumbs/1.jpg", false)]
    [InlineData("*.{jpg,png}", "x/1.png", true)]
    [InlineData("*.{jpg,png}", "x/1.gif", false)]
    [InlineData("IMG_[0-9]?.*", "IMG_12.jpg", true)]
    [InlineData("IMG_[!0-9]?.*", "IMG_12.jpg", false)]
    [InlineData("a+b(1).jpg", "a+b(1).jpg", true)]
    [InlineData("/2024/*", "2024/1.jpg", true)]
    public void Match_as_people_expect(string pattern, string key, bool matches) =>
        Assert.Equal(matches, new Glob(pattern).Matches(key));

    [Theory]
    [InlineData("")]
    [InlineData("[a")]
    [InlineData("{a,b")]
    public void A_broken_one_says_so(string pattern) => Assert.Throws<FormatException>(() => new Glob(pattern));

    [Theory]
    [InlineData(JobKind.S3, "s3://b/2024/", "s3://b/2024/raw/1.jpg", true)]
    [InlineData(JobKind.S3, "s3://b", "s3://b/raw/1.jpg", true)]
    [InlineData(JobKind.S3, "s3://b/2024/", "s3://b/2024/x/raw/1.jpg", false)]
    [InlineData(JobKind.Folder, "/photos", "file:///photos/raw/1.jpg", true)]
    [InlineData(JobKind.Inventory, "s3://r/manifest.json", "s3://b/raw/1.jpg", true)]
    public void A_glob_with_a_slash_begins_at_the_source(JobKind kind, string root, string uri, bool takes)
    {
        var filter = new ObjectFilter(new JobRequest { Kind = kind, Source = root, Roots = [root], Include = ["raw/*"] });

        Assert.Equal(takes, filter.Takes(new FoundObject(uri, "key", "e", 10, null)));
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(20, true)]
    [InlineData(21, false)]
    public void Sizes_are_inclusive(long bytes, bool takes)
    {
        var filter = new ObjectFilter(
            new JobRequest { Kind = JobKind.S3, Source = "s3://b", Roots = ["s3://b"], MinBytes = 10, MaxBytes = 20 });

        Assert.Equal(takes, filter.Takes(new FoundObject("s3://b/k", "k", "e", bytes, null)));
        Assert.True(filter.Takes(new FoundObject("s3://b/k", "k", null, 0, null, "no permission")));
    }
}
