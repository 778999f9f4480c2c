using ImagePipeline.Cli.Pages;
using ImagePipeline.Core.Calibration;

namespace ImagePipeline.Services.Tests.Pages;

public sealed class EvaluationPages
{
    [Fact]
    public async Task Tables_have_a_cell_for_every_signal_filled_as_far_as_its_number()
    {
        var page = await WriteAsync(Miss("a.jpg", "b.jpg"));

        Assert.Equal(2, page.Count("table"));
        Assert.Equal(2 * 2 * 2, page.Count("td"));
        Assert.Contains("--d:0.5", page.Values("style"));
        Assert.Contains("12.3", page.Text);
        Assert.Contains("4 copies of 2 originals", page.Text);
    }

    [Fact]
    public async Task A_miss_shows_the_copy_its_original_and_what_was_nearer()
    {
        var page = await WriteAsync(Miss("a.jpg", "b.jpg"), Miss("c.jpg", null));

        Assert.Equal(2, page.CountClass("miss"));
        Assert.Equal(5, page.Count("figure"));
        Assert.Contains("nearest other: distance 7", page.Text);
        Assert.Contains("its original: no match", page.Text);
    }

    [Fact]
    public async Task Probabilities_are_drawn_with_a_dot_for_every_bin_and_every_knot()
    {
        var reliability = Reliability.Of([(0.25, new PairCount(0, 25, 75)), (0.95, new PairCount(0, 99, 1))], 0);
        var curve = new ProbabilityCurve([0.1, 0.2, 0.4], [0.98, 0.5, 0.001]);

        var page = await WriteAsync([new CalibrationPicture("<gist>", curve, reliability, "in words")]);

        Assert.Equal(2, page.Count("svg"));
        Assert.Equal(2 + 3, page.Count("circle"));
        Assert.Contains("100 pairs: predicted 0.950, copies 0.990", page.Text);
        Assert.Contains("distance, 0 to 0.4", page.Text);
        Assert.Contains("How likely copies are by <gist>", page.Text);
    }

    [Fact]
    public async Task Missing_nothing_is_said()
    {
        var page = await WriteAsync();

        Assert.Equal(0, page.CountClass("miss"));
        Assert.Contains("Nothing was missed.", page.Text);
    }

    [Fact]
    public async Task Hostile_names_are_never_markup()
    {
        foreach (var name in Gallery.HostileNames)
        {
            var page = await WriteAsync(Miss(name, name) with { Edit = name, ToOriginal = name, ToOther = name });

            Assert.Equal(1, page.CountClass("miss"));
            Assert.Equal(0, page.Count("script"));
            Assert.DoesNotContain(page.Tags, tag => tag.Attributes.Keys.Any(key => key.StartsWith("on", StringComparison.OrdinalIgnoreCase)));
        }
    }

    static EvaluationMiss Miss(string name, string? other) => new(
        "crop-5", Gallery.Picture(name), Gallery.Picture(name), "no match", other is null ? null : Gallery.Picture(other), "distance 7");

    static Task<PageMarkup> WriteAsync(params EvaluationMiss[] misses) => WriteAsync([], misses);

    static async Task<PageMarkup> WriteAsync(IReadOnlyList<CalibrationPicture> calibrations, params EvaluationMiss[] misses)
    {
        var writer = new StringWriter();
        await EvaluationPage.WriteAsync(writer, new EvaluationPageModel
        {
            Summary = "4 copies of 2 originals",
            Signals = ["pdq", "gist"],
            Recalls = [new("crop-5", [0.5, 0.123]), new("all edits", [1, 0])],
            Overall = [new("average precision", [0.5, 0.25]), new("original first", [0.75, 1])],
            Calibrations = calibrations,
            MissedBy = "gist",
            Misses = misses.ToAsyncEnumerable(),
        }, TestContext.Current.CancellationToken);
        return new PageMarkup(writer.ToString());
    }
}
