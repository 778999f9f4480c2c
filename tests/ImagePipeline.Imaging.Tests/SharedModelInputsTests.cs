namespace ImagePipeline.Imaging.Tests;

public class SharedModelInputsTests
{
    static readonly ModelInputShape Shape = new(32, 32, ModelFit.Stretch, ResizeKernel.Bilinear);
    static readonly byte[] File = ImageEncoder.ToPng(TestPictures.Waves(60, 40), 60, 40);

    [Fact]
    public async Task An_input_is_given_away_once()
    {
        var inputs = new SharedModelInputs(Shape);
        var id = Guid.CreateVersion7();
        using var decoded = ImageDecoder.DecodeToFit(File, ImageDecoder.WholeEdgePx);
        using var expected = ImageDecoder.DecodeForModel(File, Shape);

        inputs.Offer(id, decoded);
        inputs.Offer(id, decoded);
        using var taken = await inputs.TakeAsync(id, Cancel);

        Assert.Equal(expected.Pixels!.Rgb.ToArray(), taken!.Rgb.ToArray());
        Assert.Null(await inputs.TakeAsync(id, Cancel));
    }

    [Fact]
    public async Task The_oldest_are_dropped_when_there_is_no_room()
    {
        var inputs = new SharedModelInputs(Shape, maxBytes: 2 * 3 * 32 * 32);
        Guid[] ids = [Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7()];
        using var decoded = ImageDecoder.DecodeToFit(File, ImageDecoder.WholeEdgePx);

        foreach (var id in ids)
        {
            inputs.Offer(id, decoded);
        }

        Assert.Null(await inputs.TakeAsync(ids[0], Cancel));
        using var second = await inputs.TakeAsync(ids[1], Cancel);
        using var third = await inputs.TakeAsync(ids[2], Cancel);
        Assert.NotNull(second);
        Assert.NotNull(third);
    }

    [Fact]
    public async Task An_expected_input_is_waited_for()
    {
        var inputs = new SharedModelInputs(Shape);
        Guid[] ids = [Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7()];
        using var decoded = ImageDecoder.DecodeToFit(File, ImageDecoder.WholeEdgePx);

        using var promise = inputs.Expect(ids);
        var takes = ids.Select(id => inputs.TakeAsync(id, Cancel).AsTask()).ToArray();
        Assert.All(takes, take => Assert.False(take.IsCompleted));

        inputs.Offer(ids[0], decoded);
        using (var taken = await takes[0])
        {
            Assert.NotNull(taken);
        }

        inputs.Settle(ids[1]);
        Assert.Null(await takes[1]);
        Assert.False(takes[2].IsCompleted);

        promise.Dispose();
        Assert.Null(await takes[2]);
        Assert.Null(await inputs.TakeAsync(ids[2], Cancel));
    }

    [Fact]
    public async Task An_expected_input_that_cannot_be_decoded_is_not_waited_for()
    {
        var inputs = new SharedModelInputs(Shape);
        var id = Guid.CreateVersion7();
        using var decoded = ImageDecoder.DecodeToFit(File.AsSpan(0, 40), ImageDecoder.WholeEdgePx);
        Assert.False(decoded.IsDecoded);

        using var promise = inputs.Expect([id]);
        var take = inputs.TakeAsync(id, Cancel).AsTask();
        inputs.Offer(id, decoded);

        Assert.Null(await take);
    }

    [Fact]
    public async Task Who_waits_can_be_called_off()
    {
        var inputs = new SharedModelInputs(Shape);
        var id = Guid.CreateVersion7();
        using var promise = inputs.Expect([id]);
        using var patience = new CancellationTokenSource();
        var take = inputs.TakeAsync(id, patience.Token).AsTask();

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => take);
    }

    [Fact]
    public async Task Nothing_is_kept_or_waited_for_where_no_stage_needs_it()
    {
        var id = Guid.CreateVersion7();
        using var decoded = ImageDecoder.DecodeToFit(File, ImageDecoder.WholeEdgePx);

        using var promise = SharedModelInputs.None.Expect([id]);
        Assert.Null(await SharedModelInputs.None.TakeAsync(id, Cancel));
        SharedModelInputs.None.Offer(id, decoded);

        Assert.Null(await SharedModelInputs.None.TakeAsync(id, Cancel));
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
