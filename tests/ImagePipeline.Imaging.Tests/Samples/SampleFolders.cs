using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.Imaging.Tests.Samples;

public sealed class SampleFolders
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(40)]
    [InlineData(501)]
    public void A_plan_has_the_number_of_files_asked_for_each_at_its_own_path(int count)
    {
        var files = SampleFolder.Plan(count, 1).ToArray();

        Assert.Equal(count, files.Length);
        Assert.Equal(count, files.Select(file => file.Path.ToUpperInvariant()).Distinct().Count());
        Assert.All(files, file => Assert.Matches("^[a-z]+/[a-z0-9-]+[.][a-z]+$", file.Path));
    }

    [Fact]
    public void Every_copy_is_of_an_original_in_the_plan()
    {
        var files = SampleFolder.Plan(100, 3).ToArray();

        var originals = files.Where(file => file.Kind == SampleKind.Original).Select(file => file.Path).ToHashSet();
        Assert.All(files, file => Assert.Equal(
            file.Kind is SampleKind.Original or SampleKind.Broken, file.Original is null));
        Assert.All(files.Where(file => file.Original is not null), file => Assert.Contains(file.Original!, originals));
    }

    [Fact]
    public void Thirty_files_hold_every_kind_and_every_edit()
    {
        var few = SampleFolder.Plan(30, 1).ToArray();

        Assert.Equal(Enum.GetValues<SampleKind>().Order(), few.Select(file => file.Kind).Distinct().Order());
        Assert.Equal(
            SampleFolder.Plan(1000, 1).Select(
                file => file.Edit).Distinct().Order(), few.Select(file => file.Edit).Distinct().Order());
    }

    [Theory]
    [InlineData(SampleKind.SameBytes, true)]
    [InlineData(SampleKind.SamePixels, false)]
    [InlineData(SampleKind.EditedCopy, false)]
    public void Only_same_bytes_are_the_same_bytes(SampleKind kind, bool same)
    {
        var files = SampleFolder.Plan(30, 1).ToDictionary(file => file.Path);
        var copy = files.Values.First(file => file.Kind == kind);

        Assert.Equal(same, copy.Bytes().AsSpan().SequenceEqual(files[copy.Original!].Bytes()));
    }

    [Fact]
    public void Same_pixels_come_from_an_original_without_losses()
    {
        var copies = SampleFolder.Plan(200, 1).Where(file => file.Kind == SampleKind.SamePixels).ToArray();

        Assert.NotEmpty(copies);
        Assert.All(copies, copy => Assert.EndsWith(".png", copy.Original));
    }

    [Fact]
    public void A_plan_repeats_by_seed_and_differs_between_seeds()
    {
        var (first, again, other) = (
            SampleFolder.Plan(1, 1).Single(), SampleFolder.Plan(1, 1).Single(), SampleFolder.Plan(1, 2).Single());

        Assert.Equal(first.Bytes(), again.Bytes());
        Assert.NotEqual(first.Bytes(), other.Bytes());
    }
}
