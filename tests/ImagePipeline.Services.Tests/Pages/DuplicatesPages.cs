using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using ImagePipeline.Cli.Pages;

namespace ImagePipeline.Services.Tests.Pages;

public sealed class DuplicatesPages
{
    [Fact]
    public async Task Every_group_has_its_representative_first_and_all_its_copies()
    {
        var page = await Gallery.DuplicatesAsync(
            Gallery.Group("a.jpg", "same_bytes", "edited_copy"), Gallery.Group("b.jpg", "edited_copy"), Gallery.Group(
                "c.jpg", "edited_copy"));

        Assert.Equal(3, page.CountClass("group"));
        Assert.Equal(7, page.CountClass("card"));
        Assert.Equal(["a.jpg", "a.jpg 0", "a.jpg 1", "b.jpg", "b.jpg 0", "c.jpg", "c.jpg 0"], page.Values("alt"));
        Assert.Equal(["same_bytes", "edited_copy", "edited_copy", "edited_copy"], page.Values("data-kind"));
        Assert.Contains(
            "3 groups with 6 copies among 12,345 images; keeping one of each would free 98.7 MB.", page.Text);
        Assert.Contains("PDQ 12 of 256 bits", page.Text);
    }

    [Fact]
    public async Task The_one_to_keep_is_marked_with_its_reason()
    {
        var group = Gallery.Group("a.jpg", "same_bytes", "edited_copy");

        var page = await Gallery.DuplicatesAsync(group with { Keep = 2 }, group with { Keep = null });

        Assert.Equal(1, page.CountClass("keep"));
        var cards =
            page.Tags.Where(tag => tag.Name == "li").ToArray();
        Assert.Equal("card keep", cards[2].Attributes["class"]);
        Assert.Single(page.Text.Split("Why: most pixels")[1..]);
    }

    [Fact]
    public async Task What_differs_from_the_representative_is_marked()
    {
        var first = Gallery.Picture("a.jpg");
        var copy = first with { Path = "b.webp", WidthPx = 2000, Bytes = first.Bytes + 1, Format = "webp" };
        var same = new DuplicateGroup(first, [new DuplicateCopy(first, "same_bytes", "same SHA-256", null)], 0, "");
        var other = new DuplicateGroup(first, [new DuplicateCopy(copy, "edited_copy", "PDQ 3 of 256 bits", 3)], 0, "");

        // One mark is in the explanation on top.
        Assert.Equal(1, (await Gallery.DuplicatesAsync(same)).Count("mark"));
        var page = await Gallery.DuplicatesAsync(other);
        Assert.Equal(1 + 3, page.Count("mark"));
        Assert.Contains("2,345,679 B", page.Text);
    }

    [Fact]
    public async Task Each_kind_can_be_filtered_by()
    {
        var page = await Gallery.DuplicatesAsync(Gallery.Group("a.jpg", "same_bytes"));

        var boxes = page.Tags.Where(tag => tag.Name == "input" && tag.Attributes["type"] == "checkbox").ToArray();
        Assert.Equal(["same_bytes", "edited_copy"], boxes.Select(box => box.Attributes["value"]));
        Assert.All(boxes, box => Assert.Contains("checked", box.Attributes.Keys));
    }

    [Fact]
    public async Task The_policy_allows_the_script_of_the_page_and_no_other()
    {
        var page = await Gallery.DuplicatesAsync();

        var script = page.Html.Split("<script>")[1].Split("</script>")[0];
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
        var policy = Assert.Single(
            page.Values("content"), content => content.StartsWith("default-src 'none'", StringComparison.Ordinal));
        Assert.Contains($"script-src 'sha256-{hash}';", policy);
        Assert.Equal(1, page.Count("script"));
        Assert.Contains("No copies were found.", page.Text);
    }

    [Fact]
    public async Task A_group_is_written_before_the_next_is_asked_for()
    {
        var writer = new StringWriter();
        var lengths = new List<int>();

        await DuplicatesPage.WriteAsync(
            writer, Gallery.Duplicates(Watched(), 50), TestContext.Current.CancellationToken);

        Assert.Equal(50, lengths.Count);
        Assert.All(lengths.Zip(lengths.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 1000, 20_000));

        async IAsyncEnumerable<DuplicateGroup> Watched([EnumeratorCancellation] CancellationToken cancel = default)
        {
            for (var i = 0; i < 50; i++)
            {
                await Task.Yield();
                lengths.Add(writer.GetStringBuilder().Length);
                yield return Gallery.Group($"{i}.jpg", "same_bytes", "similar");
            }
        }
    }

    [Fact]
    public async Task A_picture_costs_its_thumbnail_and_at_most_two_thousand_characters()
    {
        const int thumbnailBytes = 9000;
        var picture = Gallery.Picture(
            "some/folder/of/usual/length/IMG_20240501_102030.jpg",
            "file:///some/folder/of/usual/length/IMG_20240501_102030.jpg",
            thumbnailBytes);
        var copies = Enumerable.Repeat(
            new DuplicateCopy(picture, "edited_copy", "PDQ 12 of 256 bits, mirrored", 12), 999).ToArray();

        var page = await Gallery.DuplicatesAsync(new DuplicateGroup(picture, copies, 0, "most pixels"));

        Assert.InRange(
            page.Html.Length, 1000 * thumbnailBytes / 3 * 4, (1000 * ((thumbnailBytes / 3 * 4) + 2000)) + 20_000);
    }
}
