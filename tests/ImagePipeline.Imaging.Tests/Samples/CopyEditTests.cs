using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.Imaging.Tests.Samples;

public sealed class CopyEditTests
{
    static readonly RgbPicture Picture = RgbPicture.Scene(5, 120, 84);
    static readonly RgbPicture[] Others = [RgbPicture.Scene(6, 100, 100), RgbPicture.Scene(7, 90, 130), RgbPicture.Scene(8, 200, 60)];

    public static TheoryData<string> Names => [.. CopyEdits.All.Select(edit => edit.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_edit_makes_a_picture_the_same_for_the_same_seed_and_leaves_its_input(string name)
    {
        var edit = CopyEdits.All.Single(each => each.Name == name);
        var before = Picture.Rgb.ToArray();

        var (first, second) = (edit.Make(Picture, Others, 11), edit.Make(Picture, Others, 11));

        Assert.Equal(first, second);
        Assert.Equal(before, Picture.Rgb);
        Assert.Equal("jpeg", ImageProbe.Read(first).Header?.Format);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_copy_shows_as_many_of_the_others_as_it_says(string name)
    {
        var edit = CopyEdits.All.Single(each => each.Name == name);
        var copy = edit.Make(Picture, Others, 11);

        var shown = Enumerable.Range(0, Others.Length).Count(other =>
            !copy.SequenceEqual(edit.Make(Picture, [.. Others.Select((each, at) => at == other ? RgbPicture.Scene(9, each.WidthPx, each.HeightPx) : each)], 11)));

        Assert.Equal(edit.OthersShown, shown);
    }

    [Fact]
    public void Names_are_unique_and_the_published_edits_are_eleven()
    {
        Assert.Equal(CopyEdits.All.Count, CopyEdits.All.Select(edit => edit.Name).Distinct().Count());
        Assert.Equal(11, CopyEdits.All.Count(edit => !edit.IsHard));
    }

    [Fact]
    public void A_crop_by_half_keeps_half_of_the_area()
    {
        var header = ImageProbe.Read(CopyEdits.All.Single(edit => edit.Name == "crop-50").Make(Picture, Others, 3)).Header!;

        Assert.InRange(header.WidthPx * header.HeightPx / (double)(Picture.WidthPx * Picture.HeightPx), 0.48, 0.52);
    }

    [Fact]
    public void A_perspective_that_keeps_the_corners_keeps_the_picture()
    {
        var same = PictureEdits.Perspective(Picture, [(0, 0), (1, 0), (1, 1), (0, 1)], RgbColour.Black);

        Assert.Equal(Picture.Rgb, same.Rgb);
    }

    [Fact]
    public void A_perspective_takes_each_corner_to_its_place()
    {
        (double X, double Y)[] corners = [(0.1, 0.2), (0.9, 0.05), (0.8, 0.95), (0.15, 0.7)];
        var map = Quadrilateral.ToSquare(corners);

        (double X, double Y)[] square = [(0, 0), (1, 0), (1, 1), (0, 1)];
        for (var at = 0; at < 4; at++)
        {
            var (x, y) = map.Of(corners[at].X, corners[at].Y);
            Assert.Equal(square[at].X, x, 1e-9);
            Assert.Equal(square[at].Y, y, 1e-9);
        }

        Assert.Throws<ArgumentException>(() => PictureEdits.Perspective(Picture, [(0, 0), (1, 0)], RgbColour.Black));
        Assert.Throws<ArgumentException>(() => PictureEdits.Perspective(Picture, [(0, 0), (0.5, 0), (1, 0), (2, 0)], RgbColour.Black));
    }

    [Fact]
    public void A_vignette_keeps_the_centre_and_darkens_the_corners()
    {
        var white = RgbPicture.Blank(101, 101);
        Array.Fill(white.Rgb, (byte)255);

        var result = PictureEdits.Vignette(white);

        Assert.Equal(255, result.At(50, 50)[0]);
        Assert.InRange(result.At(0, 0)[0], 90, 100);
    }

    [Fact]
    public void A_colour_shift_multiplies_each_channel_by_its_own_factor()
    {
        var grey = RgbPicture.Blank(2, 2);
        Array.Fill(grey.Rgb, (byte)100);

        Assert.Equal([50, 100, 200], PictureEdits.ColourShift(grey, 0.5, 1, 2).Rgb[..3]);
    }

    [Fact]
    public void A_collage_holds_the_picture_untouched_in_its_quarter()
    {
        for (var quarter = 0; quarter < 4; quarter++)
        {
            var collage = PictureEdits.Collage(Picture, Others, quarter);
            var (left, top) = (quarter % 2 * Picture.WidthPx, quarter / 2 * Picture.HeightPx);

            Assert.Equal((2 * Picture.WidthPx, 2 * Picture.HeightPx), (collage.WidthPx, collage.HeightPx));
            Assert.Equal(Picture.Row(40).ToArray(), collage.Row(top + 40).Slice(left * 3, Picture.WidthPx * 3).ToArray());
        }
    }

    [Fact]
    public void A_screenshot_holds_the_picture_across_its_whole_width()
    {
        var shot = PictureEdits.Screenshot(Picture, isDark: true);

        Assert.Equal(Picture.WidthPx, shot.WidthPx);
        Assert.True(shot.HeightPx > 1.5 * Picture.WidthPx);
        Assert.Equal(Picture.Row(42).ToArray(), shot.Row(((shot.HeightPx - Picture.HeightPx) / 2) + 42).ToArray());
    }
}
