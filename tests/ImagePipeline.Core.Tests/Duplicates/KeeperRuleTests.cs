using ImagePipeline.Core.Duplicates;

namespace ImagePipeline.Core.Tests.Duplicates;

public sealed class KeeperRuleTests
{
    static readonly KeeperFacts Plain = new("a/photo.jpg", 400, 300, "jpeg", 5000);
    static readonly DateTimeOffset Day = new(2019, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_only_candidate_is_kept() =>
        Assert.Equal(new(0, "the only one"), KeeperRule.Default.Choose([Plain]));

    [Fact]
    public void No_candidate_is_refused() =>
        Assert.Throws<ArgumentException>(() => KeeperRule.Default.Choose([]));

    [Fact]
    public void Most_pixels_win_over_all_but_the_users_wish()
    {
        KeeperFacts[] candidates =
        [
            Plain with { Format = "png", Bytes = 90_000_000, TakenAt = Day },
            Plain with { Path = "tmp/copy (1).jpg", WidthPx = 4000, HeightPx = 3000 },
            Plain with { WidthPx = 200 },
        ];

        Assert.Equal(new(1, "4000 x 3000 is the largest of 3"), KeeperRule.Default.Choose(candidates));
        Assert.Equal(new(0, "in a, which you prefer; 400 x 300 is the largest of 2"),
            new KeeperRule(["b", "a"]).Choose(candidates));
        Assert.Equal(new(0, "in a, which you prefer"), new KeeperRule(["b", "a"]).Choose(candidates.AsSpan(0, 2)));
    }

    [Fact]
    public void Each_criterion_decides_when_those_before_it_are_equal()
    {
        (KeeperFacts Better, KeeperFacts Worse, string Reason)[] cases =
        [
            (Plain with { Format = "png", Bytes = 1 }, Plain, "same size, PNG is lossless"),
            (Plain with { Bytes = 1_234_567 }, Plain with { TakenAt = Day }, "same size, most bytes (1,234,567)"),
            (Plain with { TakenAt = Day }, Plain with { ModifiedAt = Day }, "same picture; has its date (2019-05-01)"),
            (Plain with { TakenAt = Day }, Plain with { TakenAt = Day.AddSeconds(1), ModifiedAt = Day },
                "same picture; oldest date (2019-05-01)"),
            (Plain with { Path = "backup/x.jpg", ModifiedAt = Day }, Plain with { ModifiedAt = Day.AddDays(1) },
                "same picture; oldest file"),
            (Plain, Plain with { Path = "a/1 copy" }, "same picture; its path looks least like a copy's"),
            (Plain, Plain with { Path = "a/photos.jpg" }, "same picture; shortest path"),
            (Plain, Plain with { Path = "b/photo.jpg" }, "same picture; its path sorts first"),
        ];
        foreach (var (better, worse, reason) in cases)
        {
            Assert.Equal(new(1, reason), KeeperRule.Default.Choose([worse, better]));
            Assert.Equal(new(0, reason), KeeperRule.Default.Choose([better, worse]));
        }
    }

    [Fact]
    public void The_reason_is_against_the_next_best_and_not_the_worst()
    {
        var chosen = KeeperRule.Default.Choose(
            [Plain with { WidthPx = 10 }, Plain with { Bytes = 6000 }, Plain, Plain with { WidthPx = 20 }]);

        Assert.Equal(new(1, "same size, most bytes (6,000)"), chosen);
    }

    [Theory]
    [InlineData("/photos/best", "/photos/best/x.jpg", true)]
    [InlineData("/photos/best/", "/photos/best/x.jpg", true)]
    [InlineData("/photos/best", "/photos/best-of/x.jpg", false)]
    [InlineData("/photos/best", "/old/photos/best/x.jpg", false)]
    [InlineData("*/best/*", "/old/photos/best/x.jpg", true)]
    [InlineData("*.raw.jpg", "/p/x.raw.jpg", true)]
    [InlineData("/p/?.jpg", "/p/x.jpg", true)]
    [InlineData("/p/?.jpg", "/p/xy.jpg", false)]
    [InlineData("s3://bucket", "s3://bucket/key", true)]
    public void Preferred_paths_are_folders_or_patterns(string preferred, string path, bool isPreferred)
    {
        KeeperFacts[] candidates = [Plain with { Path = "-", WidthPx = 9999 }, Plain with { Path = path }];

        var chosen = new KeeperRule([preferred]).Choose(candidates);

        Assert.Equal(isPreferred ? 1 : 0, chosen.Index);
    }

    [Fact]
    public void A_file_whose_name_is_a_pattern_can_be_preferred()
    {
        KeeperFacts[] candidates =
            [Plain with { Path = "/p/ab.jpg", WidthPx = 9999 }, Plain with { Path = "/p/a*.jpg" }, Plain with { Path = "/p/ac.jpg" }];

        Assert.Equal(new(1, "in /p/a*.jpg, which you prefer"), new KeeperRule(["/p/a*.jpg"]).Choose(candidates));
        Assert.Equal(1, new KeeperOrder([KeeperPreference.Resolution], new KeeperRule(["/p/a*.jpg"])).Choose(candidates).Index);
    }

    [Theory]
    [InlineData("photo.jpg", 0)]
    [InlineData("IMG_2041.JPG", 0)]
    [InlineData("2024-05-01.jpg", 0)]
    [InlineData("photocopy-shop.jpg", 0)]
    [InlineData("template/thumbelina.png", 0)]
    [InlineData("photo copy.jpg", 1)]
    [InlineData("Copy of photo.jpg", 1)]
    [InlineData("photo - Kopie.jpg", 1)]
    [InlineData("photo (1).jpg", 1)]
    [InlineData("photo(2)", 1)]
    [InlineData("photo_1.jpg", 1)]
    [InlineData("IMG_2041_1.jpg", 1)]
    [InlineData("backup/photo.jpg", 1)]
    [InlineData("C:\\Temp\\photo.jpg", 1)]
    [InlineData("backup/tmp/photo copy (3).jpg", 4)]
    public void Copy_marks_are_counted(string path, int marks) => Assert.Equal(marks, CopyMarks.Count(path));

    [Fact]
    public void The_order_is_total_and_consistent()
    {
        var random = new Random(1);
        var facts = Enumerable.Range(0, 60).Select(i => new KeeperFacts($"{(char)('a' + random.Next(3))}/{i}",
            random.Next(1, 3), 1, random.Next(2) == 0 ? "png" : "jpeg", random.Next(2),
            random.Next(2) == 0 ? Day.AddDays(random.Next(2)) : null)).ToArray();
        var rule = new KeeperRule(["b"]);
        var sorted = facts.Order(rule).ToArray();

        for (var i = 0; i < sorted.Length; i++)
        {
            Assert.Equal(sorted[i], sorted[i..][rule.Choose(sorted.AsSpan(i)).Index]);
            for (var j = 0; j < sorted.Length; j++)
            {
                Assert.Equal(i.CompareTo(j), Math.Sign(rule.Compare(sorted[i], sorted[j])));
            }
        }
    }
}
