using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.Services.Tests.Pipeline;

/// <summary>Pairs and groups of pictures whose relation is known, because the test made it.</summary>
public sealed class NearDuplicateTests(PipelineFixture pipeline) : PipelineTests(pipeline)
{
    const string Pairs =
        """
        SELECT substring(x.uri FROM '[^/]*$'), substring(y.uri FROM '[^/]*$'), n.kind, n.evidence, coalesce(n.transform, 'none')
        FROM near_duplicate n JOIN image_source x ON x.image_id = n.a JOIN image_source y ON y.image_id = n.b
        WHERE n.kind <> 'similar'
        """;

    [Fact]
    public async Task One_picture_in_three_lossless_encodings_and_turned_by_its_tag_has_the_same_pixels()
    {
        var picture = Scene(21);
        var turned = PictureEdits.Rotate270(picture);
        Write("a.png", Png(picture));
        Write("b.webp", ImageEncoder.ToWebp(picture.Rgb, picture.WidthPx, picture.HeightPx, lossless: true, 100));
        Write("c.tif", ImageEncoder.ToTiff(picture.Rgb, picture.WidthPx, picture.HeightPx));
        Write("d.tif", WithOrientation(ImageEncoder.ToTiff(turned.Rgb, turned.WidthPx, turned.HeightPx), 6));

        var report = await RunAsync();

        Assert.Equal(
            ["a.png b.webp", "a.png c.tif", "a.png d.tif", "b.webp c.tif", "b.webp d.tif", "c.tif d.tif"],
            (await Pipeline.RowsAsync(Pairs)).Select(Sorted).Order(StringComparer.Ordinal).Select(row =>
            {
                Assert.EndsWith(" same_pixels pixels none", row, StringComparison.Ordinal);
                return string.Join(' ', row.Split(' ')[..2]);
            }));
        Assert.Equal(new Dictionary<string, long> { ["same_pixels"] = 1 }, report.Duplicates);
        Assert.Equal(["4"], await Pipeline.RowsAsync("SELECT size FROM duplicate_group"));
    }

    [Fact]
    public async Task Resized_recompressed_cropped_and_brightened_pictures_are_edited_copies_in_one_star()
    {
        var picture = Scene(22, 480, 360);
        Write("original.jpg", Jpeg(picture, 95));
        Write("small.jpg", Jpeg(PictureEdits.Resize(picture, 0.4), 85));
        Write("q60.jpg", Jpeg(picture, 60));
        Write("cropped.jpg", Jpeg(PictureEdits.Crop(picture, 0.01), 90));
        Write("bright.jpg", Jpeg(PictureEdits.Brightness(picture, 1.15), 90));
        WriteScenes(8);

        await RunAsync();

        Assert.Equal(
            ["bright.jpg edited_copy", "cropped.jpg edited_copy", "q60.jpg edited_copy", "small.jpg edited_copy"],
            await Pipeline.RowsAsync(
                """
                SELECT substring(s.uri FROM '[^/]*$') AS file, m.kind
                FROM duplicate_member m JOIN image_source s USING (image_id)
                JOIN image_source r ON r.image_id = m.group_id
                WHERE m.family = 'copy' AND r.uri LIKE '%/original.jpg' AND m.kind IS NOT NULL ORDER BY file
                """));
        Assert.Equal(["1"], await Pipeline.RowsAsync("SELECT count(*) FROM duplicate_group WHERE family = 'copy'"));
    }

    [Theory]
    [InlineData("rotate_90")]
    [InlineData("rotate_180")]
    [InlineData("rotate_270")]
    [InlineData("mirror")]
    [InlineData("flip")]
    [InlineData("transpose")]
    [InlineData("transverse")]
    public async Task A_turned_or_mirrored_copy_is_found_and_the_word_says_what_was_done(string transform)
    {
        // Several scenes, so that the original has the smaller id in some pairs and the larger in others.
        int[] seeds = [32, 33, 34, 35];
        foreach (var seed in seeds)
        {
            // The copy has fewer bytes, so that the original is the representative.
            Write($"{seed}-original.jpg", Jpeg(Scene(seed), 95));
            Write($"{seed}-turned.jpg", Jpeg(Turn(Scene(seed), transform), 80));
        }

        await RunAsync();

        var found = await Pipeline.RowsAsync(
            """
            SELECT substring(s.uri FROM '[^/]*$') AS file, substring(r.uri FROM '[^/]*$'), m.transform
            FROM duplicate_member m JOIN image_source s USING (image_id)
            JOIN image_source r ON r.image_id = m.group_id
            WHERE m.family = 'copy' AND m.kind IS NOT NULL AND m.evidence = 'pdq' ORDER BY file
            """);

        // PDQ of a turned picture is an estimate: of busy scenes some are further off than 31 bits. What it finds must be right. (Others the
        // vectors find, which do not know how a picture was turned.)
        Assert.Empty(found.Except(seeds.Select(seed => $"{seed}-turned.jpg {seed}-original.jpg {transform}")));
        Assert.InRange(found.Count, seeds.Length - 1, seeds.Length);
        Assert.All((await Pipeline.RowsAsync(Pairs)).Where(row => row.Contains(" pdq ", StringComparison.Ordinal)), row =>
        {
            var parts = row.Split(' ');
            var inverse = transform switch { "rotate_90" => "rotate_270", "rotate_270" => "rotate_90", _ => transform };
            Assert.Equal(parts[0].EndsWith("original.jpg", StringComparison.Ordinal) ? transform : inverse, parts[4]);
        });
    }

    [Fact]
    public async Task Flat_pictures_are_never_matched_by_hash_but_their_twins_in_another_encoding_are_found()
    {
        var (dark, light) = (Flat(40), Flat(200));
        Write("dark.png", Png(dark));
        Write("dark.tif", ImageEncoder.ToTiff(dark.Rgb, dark.WidthPx, dark.HeightPx));
        Write("light.png", Png(light));

        await RunAsync();

        Assert.Equal(["3"], await Pipeline.RowsAsync("SELECT count(*) FROM image_hash WHERE pdq_quality < 50"));
        var rows = (await Pipeline.RowsAsync(Pairs)).Select(Sorted).ToList();
        Assert.Contains("dark.png dark.tif same_pixels pixels none", rows);
        Assert.DoesNotContain(rows, row => row.Contains(" pdq ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Groups_are_stars_every_member_is_paired_with_the_representative_itself()
    {
        // Brightened step by step: neighbours are alike, the ends less so.
        for (var step = 0; step < 12; step++)
        {
            Write($"step-{step:00}.jpg", Jpeg(PictureEdits.Crop(Scene(41, 480, 320), 0, 0, 0.015 * step, 0), 92));
        }

        await RunAsync();

        Assert.Equal(["0"], await Pipeline.RowsAsync(
            """
            SELECT count(*) FROM duplicate_member m
            WHERE m.kind IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM near_duplicate n
                WHERE n.a = least(m.image_id, m.group_id) AND n.b = greatest(m.image_id, m.group_id)
                    AND n.kind = m.kind AND n.distance = m.distance)
            """));
        Assert.NotEqual(["0"], await Pipeline.RowsAsync("SELECT count(*) FROM duplicate_member"));
    }

    static RgbPicture Flat(byte grey)
    {
        var picture = RgbPicture.Blank(120, 80);
        Array.Fill(picture.Rgb, grey);
        return picture;
    }

    static RgbPicture Turn(RgbPicture picture, string transform) => transform switch
    {
        "rotate_90" => PictureEdits.Rotate90(picture),
        "rotate_180" => PictureEdits.Rotate180(picture),
        "rotate_270" => PictureEdits.Rotate270(picture),
        "mirror" => PictureEdits.Mirror(picture),
        "flip" => PictureEdits.Mirror(PictureEdits.Rotate180(picture)),
        // Rows become columns: the mirror image, turned three quarters.
        "transpose" => PictureEdits.Rotate270(PictureEdits.Mirror(picture)),
        _ => PictureEdits.Rotate90(PictureEdits.Mirror(picture)),
    };

    /// <summary>The pair in order of name, since which one is a depends on the bytes.</summary>
    static string Sorted(string row)
    {
        var parts = row.Split(' ');
        Array.Sort(parts, 0, 2, StringComparer.Ordinal);
        return string.Join(' ', parts);
    }

    /// <summary>Adds tag 274 to the first directory of a little-endian TIFF, by moving the directory to the end.</summary>
    static byte[] WithOrientation(byte[] tiff, ushort orientation)
    {
        Assert.Equal("II"u8, tiff.AsSpan(0, 2));
        var at = BitConverter.ToInt32(tiff, 4);
        var count = BitConverter.ToUInt16(tiff, at);
        var entries = Enumerable.Range(0, count).Select(n => tiff[(at + 2 + (12 * n))..(at + 14 + (12 * n))])
            .Where(entry => BitConverter.ToUInt16(entry) != 274)
            .Append([.. BitConverter.GetBytes((ushort)274), 3, 0, 1, 0, 0, 0, .. BitConverter.GetBytes(orientation), 0, 0])
            .OrderBy(entry => BitConverter.ToUInt16(entry)).ToArray();
        byte[] padded = tiff.Length % 2 == 0 ? tiff : [.. tiff, 0];
        return
        [
            .. padded[..4], .. BitConverter.GetBytes(padded.Length), .. padded[8..],
            .. BitConverter.GetBytes((ushort)entries.Length), .. entries.SelectMany(entry => entry), 0, 0, 0, 0,
        ];
    }
}
