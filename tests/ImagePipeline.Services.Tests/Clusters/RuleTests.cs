using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Services.Tests.Clusters;

/// <summary>When runs are due, what is carried over, and how clusters are named: rules without a database.</summary>
public sealed class RuleTests
{
    static readonly DateTimeOffset Noon = new(2024, 2, 28, 12, 30, 40, TimeSpan.Zero);

    [Theory]
    [InlineData("* * * * *")]
    [InlineData("*/15 * * * *")]
    [InlineData("0 3 * * *")]
    [InlineData("5,35 8-17/3 * * 1-5")]
    [InlineData("0 0 29 2 *")]
    [InlineData("30 6 13 * 5")]
    [InlineData("0 12 1 */2 7")]
    [InlineData("0 3 */2 * 1")]
    [InlineData("0 3 * * */3")]
    public void The_next_time_is_the_first_minute_that_every_field_has(string text)
    {
        Assert.True(CronTimes.TryParse(text, out var times));
        var time = Noon;
        for (var i = 0; i < 4; i++)
        {
            var next = times.Next(time);

            Assert.Equal(NaiveNext(text, time), next);
            time = next!.Value;
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0 3 * *")]
    [InlineData("60 3 * * *")]
    [InlineData("0 3 0 * *")]
    [InlineData("0 3 * * 8")]
    [InlineData("a 3 * * *")]
    [InlineData("5-1 3 * * *")]
    [InlineData("*/0 3 * * *")]
    public void What_is_no_time_is_refused(string text) => Assert.False(CronTimes.TryParse(text, out _));

    [Theory]
    [InlineData("kmeans", true)]
    [InlineData("HDBSCAN", true)]
    [InlineData("3", false)]
    [InlineData("99", false)]
    [InlineData("kmeans,dbscan", false)]
    [InlineData("", false)]
    public void A_method_is_its_word_and_no_number(string word, bool isOne) =>
        Assert.Equal(isOne, ClusterSettings.TryMethod(word, out _));

    [Fact]
    public void A_day_that_never_comes_has_no_next_time()
    {
        Assert.True(CronTimes.TryParse("0 0 30 2 *", out var times));

        Assert.Null(times.Next(Noon));
    }

    [Fact]
    public void A_run_is_due_by_growth_by_strangers_and_by_the_clock_and_says_so()
    {
        var options = new ClusterOptions { Schedule = "0 3 * * *" };
        var active = Run(images: 1000);
        string? Reason(long images, ClusterRun? run, double hoursAgo) =>
            new ClusterDue(images, run, run is null && hoursAgo == 0 ? null : Noon.AddHours(-hoursAgo)).Reason(options, Noon);

        Assert.Null(Reason(999, null, 0));
        Assert.StartsWith("the first run", Reason(1000, null, 0), StringComparison.Ordinal);
        Assert.Null(Reason(1199, active, 2));
        Assert.Contains("grew by 20 %", Reason(1200, active, 2)!, StringComparison.Ordinal);
        Assert.Null(Reason(1200, active, 0.5));
        Assert.Null(Reason(1100, active with { Arrived = 100, ArrivedUnassigned = 29 }, 2));
        Assert.Contains("unlike every cluster", Reason(1100, active with { Arrived = 100, ArrivedUnassigned = 30 }, 2)!, StringComparison.Ordinal);
        Assert.Null(Reason(1050, active with { Arrived = 50, ArrivedUnassigned = 50 }, 2));
        Assert.Null(Reason(1000, active, 24));
        Assert.Contains("schedule '0 3 * * *'", Reason(1001, active, 24)!, StringComparison.Ordinal);
        Assert.Null(Reason(1001, active, 9));
    }

    [Fact]
    public void With_no_rule_nothing_is_due_but_the_first_run()
    {
        var options = new ClusterOptions { Schedule = "", GrowthPercent = 0, UnassignedPercent = 0 };

        Assert.Null(new ClusterDue(9000, Run(1000) with { Arrived = 8000, ArrivedUnassigned = 8000 }, Noon.AddDays(-400)).Reason(options, Noon));
    }

    [Fact]
    public void A_label_goes_to_the_clusters_that_are_mostly_its_images()
    {
        var over = new CarryOver([new(1, 10, 8), new(2, 10, 7), new(1, 11, 5), new(null, 11, 4), new(1, 12, 5), new(null, 12, 5), new(1, null, 9)]);

        var carried = over.Carry(Label(1))!;

        Assert.Equal([10, 11], carried.Clusters);
        Assert.Equal([0, 0], carried.Parts);
        Assert.Null(over.Carry(Label(2)));
    }

    [Fact]
    public void A_merge_holds_for_a_cluster_of_both_and_a_split_is_done_again_there()
    {
        var over = new CarryOver([new(1, 10, 5), new(2, 10, 5), new(3, 10, 1), new(1, 11, 5), new(3, 12, 5)]);
        var merge = new ClusterDecision(1, ClusterDecisionKind.Merge, null, 1, [1, 2], [0, 0]);
        var split = new ClusterDecision(2, ClusterDecisionKind.Split, null, 1, [1, 2], [0, 1]);

        Assert.Equal([10, 11], over.Carry(merge)!.Clusters);
        var again = Assert.Single(over.SplitAgain(split));
        Assert.Equal(10, again.Cluster);
        Assert.Equal([0, 1], again.Parts);
    }

    [Fact]
    public void Names_come_from_folders_that_are_special_to_a_cluster_and_else_from_colours()
    {
        var names = ClusterNames.Suggest(
        [
            [Image("a/cats/1.jpg", "#ff0000"), Image("a/cats/2.jpg", "#00ff00"), Image("a/dogs/3.jpg", "#ffffff")],
            [Image("a/dogs/4.jpg", "#0000ff"), Image("a/dogs/5.jpg", "#ff0000")],
            [Image("a/6.jpg", "#ffff00"), Image("a/7.jpg", "#ffff00")],
            [Image("a/cats/8.jpg", "#000000"), Image("a/cats/9.jpg", "#000000")],
            [Image("a/10.jpg", "#808080"), Image("a/11.jpg", "#ff8000")],
        ]);

        Assert.Equal(["cats", "dogs", "mostly yellow", "cats, black"], names.Take(4).Select(name => name?.Name));
        Assert.Contains("\"word\":\"cats\",\"share\":0.667", names[0]!.EvidenceJson, StringComparison.Ordinal);
    }

    [Fact]
    public void Tags_go_before_folders_and_words_of_file_names_before_colours()
    {
        var names = ClusterNames.Suggest(
        [
            // Two tags of the same images are no two kinds of them.
            [Image("a/1.jpg", "#ff0000", "beach"), Image("a/2.jpg", "#00ff00", "beach", "sea"), Image("b/3.jpg", "#ffffff", "holiday")],
            [Image("a/IMG_RedTulip-04.jpg", "#0000ff"), Image("a/redTulip5.jpg", "#ff0000"), Image("b/6.jpg", "#ffff00", "holiday")],
            [Image("b/7.jpg", "#ffff00"), Image("a/8.jpg", "#ffff00"), Image("a/IMG_9.jpg", "#ffff00", "holiday")],
        ]);

        Assert.Equal(["beach", "red", "mostly yellow"], names.Select(name => name?.Name));
        var words = ClusterEvidence.Parse(names[0]!.EvidenceJson)!.ToWords();
        Assert.StartsWith("of the 3 most typical, 2 tagged beach (22 % in all clusters); 1 tagged sea", words, StringComparison.Ordinal);
        Assert.Contains("2 with tulip in the file name (22 % in all clusters)", ClusterEvidence.Parse(names[1]!.EvidenceJson)!.ToWords(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_earlier_versions_stored_as_evidence_is_read()
    {
        const string Stored =
            """{"images":45,"folders":[{"word":"sunflower","share":0.911,"everywhere":0.02},{"word":"photos","share":1,"everywhere":1}],"colours":[]}""";

        Assert.Equal("of the 45 most typical, 41 in folder sunflower (2 % in all clusters)", ClusterEvidence.Parse(Stored)!.ToWords());
        Assert.Null(ClusterEvidence.Parse(null));
    }

    static NamingFacts Image(string path, string colour, params string[] tags) => new(Guid.NewGuid(), "file:///" + path, [colour], [1], tags);

    static ClusterDecision Label(int cluster) => new(1, ClusterDecisionKind.Label, "x", 1, [cluster], [0]);

    static ClusterRun Run(long images) => new()
    {
        RunId = 1,
        ModelId = "m",
        Method = "kmeans",
        ParametersJson = "{}",
        Reason = "",
        State = ClusterRunState.Done,
        IsActive = true,
        Images = images,
    };

    /// <summary>Minute by minute.</summary>
    static DateTimeOffset NaiveNext(string text, DateTimeOffset after)
    {
        var fields = text.Split(' ');
        for (var time = after.AddSeconds(-after.Second).AddMinutes(1); ; time = time.AddMinutes(1))
        {
            var (day, weekday) = (Has(fields[2], time.Day, 1, 31), Has(fields[4], (int)time.DayOfWeek, 0, 7) || Has(fields[4], 7 + (int)time.DayOfWeek, 0, 7));
            var isDay = fields[2].StartsWith('*') || fields[4].StartsWith('*') ? day && weekday : day || weekday;
            if (isDay && Has(fields[0], time.Minute, 0, 59) && Has(fields[1], time.Hour, 0, 23) && Has(fields[3], time.Month, 1, 12))
            {
                return time;
            }
        }
    }

    static bool Has(string field, int value, int from, int to) => field.Split(',').Any(item =>
    {
        var (range, step) = item.Split('/') is [var all, var by] ? (all, int.Parse(by)) : (item, 1);
        int[] ends = range == "*" ? [from, to] : [.. range.Split('-').Select(int.Parse)];
        return value >= ends[0] && value <= ends[^1] && (value - ends[0]) % step == 0;
    });
}
