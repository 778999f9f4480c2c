namespace ImagePipeline.Imaging.Tests;

public class SharedModelInputsTests
{
    static readonly ModelInputShape Shape = new(32, 32, ModelFit.Stretch, ResizeKernel.Bilinear);
    static readonly byte[] File = ImageEncoder.ToPng(TestPictures.Waves(60, 40), 60, 40);

    [Fact]
    public void An_input_is_given_away_once()
    {
        var inputs = new SharedModelInputs(Shape);
        var id = Guid.CreateVersion7();
        using var decoded = ImageDecoder.DecodeToFit(File, ImageDecoder.WholeEdgePx);
        using var expected = ImageDecoder.DecodeForModel(File, Shape);

        inputs.Offer(id, decoded);
        inputs.Offer(id, decoded);
        using var taken = inputs.Take(id);

        Assert.Equal(expected.Pixels!.Rgb.ToArray(), taken!.Rgb.ToArray());
        Assert.Null(inputs.Take(id));
    }

    [Fact]
    public void The_oldest_are_dropped_when_there_is_no_room()
    {
        var inputs = new SharedModelInputs(Shape, maxBytes: 2 * 3 * 32 * 32);
        Guid[] ids = [Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7()];
        using var decoded = ImageDecoder.DecodeToFit(File, ImageDecoder.WholeEdgePx);

        foreach (var id in ids)
        {
            inputs.Offer(id, decoded);
        }

        Assert.Null(inputs.Take(ids[0]));
        using var second = inputs.Take(ids[1]);
        using var third = inputs.Take(ids[2]);
        Assert.NotNull(second);
        Assert.NotNull(third);
    }

    [Fact]
    public void Nothing_is_kept_where_no_stage_needs_it()
    {
        var id = Guid.CreateVersion7();
        using var decoded = ImageDecoder.DecodeToFit(File, ImageDecoder.WholeEdgePx);

        SharedModelInputs.None.Offer(id, decoded);

        Assert.Null(SharedModelInputs.None.Take(id));
    }
}
