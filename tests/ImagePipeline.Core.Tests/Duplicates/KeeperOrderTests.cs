using ImagePipeline.Core.Duplicates;

namespace ImagePipeline.Core.Tests.Duplicates;

public sealed class KeeperOrderTests
{
    static readonly KeeperFacts[] Files =
    [
        new("/a/large.jpg", 800, 600, "jpeg", 500, new(2020, 1, 2, 0, 0, 0, TimeSpan.Zero)),
        new("/b/lossless.png", 400, 300, "png", 900, new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero)),
        new("/c/s.jpg", 400, 300, "jpeg", 100, null, new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero)),
    ];

    [Theory]
    [InlineData(KeeperPreference.Resolution, 0)]
    [InlineData(KeeperPreference.Lossless, 1)]
    [InlineData(KeeperPreference.Largest, 1)]
    [InlineData(KeeperPreference.Smallest, 2)]
    [InlineData(KeeperPreference.Oldest, 1)]
    [InlineData(KeeperPreference.Newest, 2)]
    [InlineData(KeeperPreference.ShortestPath, 2)]
    public void A_preference_decides_alone_and_says_so(KeeperPreference preference, int kept)
    {
        var keeper = new KeeperOrder([preference], KeeperRule.Default).Choose(Files);

        Assert.Equal(kept, keeper.Index);
        Assert.StartsWith("by your rule", keeper.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_preference_that_tells_them_apart_decides()
    {
        KeeperFacts[] files = [Files[1] with { Bytes = 10 }, Files[1] with { Path = "/d/other.png", Bytes = 20 }, Files[2]];

        Assert.Equal(1, new KeeperOrder([KeeperPreference.Lossless, KeeperPreference.Largest], KeeperRule.Default).Choose(files).Index);
        Assert.Equal(0, new KeeperOrder([KeeperPreference.Lossless, KeeperPreference.Smallest], KeeperRule.Default).Choose(files).Index);
    }

    [Fact]
    public void A_preferred_path_comes_before_every_preference()
    {
        var order = new KeeperOrder([KeeperPreference.Resolution], new KeeperRule(["/b"]));

        Assert.Equal(1, order.Choose(Files).Index);
    }

    [Fact]
    public void Without_preferences_and_where_they_leave_several_the_rule_decides()
    {
        KeeperFacts[] equal = [Files[0] with { Path = "/z/copy of large.jpg" }, Files[0]];

        Assert.Equal(KeeperRule.Default.Choose(Files), KeeperOrder.Default.Choose(Files));
        Assert.Equal(KeeperRule.Default.Choose(equal), new KeeperOrder([KeeperPreference.Resolution], KeeperRule.Default).Choose(equal));
    }

    [Fact]
    public void The_order_of_the_files_does_not_matter()
    {
        foreach (var preference in Enum.GetValues<KeeperPreference>())
        {
            var order = new KeeperOrder([preference], KeeperRule.Default);
            KeeperFacts[] turned = [.. Files.Reverse()];

            Assert.Equal(Files[order.Choose(Files).Index], turned[order.Choose(turned).Index]);
        }
    }

    [Fact]
    public void Words_and_preferences_go_together()
    {
        foreach (var preference in Enum.GetValues<KeeperPreference>())
        {
            Assert.True(KeeperPreferences.TryParse(KeeperPreferences.Words[(int)preference], out var read));
            Assert.Equal(preference, read);
        }

        Assert.False(KeeperPreferences.TryParse("prettiest", out _));
        Assert.False(KeeperPreferences.TryParse(null, out _));
    }
}
