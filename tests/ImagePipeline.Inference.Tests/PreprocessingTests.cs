namespace ImagePipeline.Inference.Tests;

public class PreprocessingTests
{
    [Theory]
    [InlineData(1, 1, TensorLayout.Nchw, ChannelOrder.Rgb)]
    [InlineData(5, 3, TensorLayout.Nchw, ChannelOrder.Rgb)]
    [InlineData(4, 4, TensorLayout.Nchw, ChannelOrder.Bgr)]
    [InlineData(33, 7, TensorLayout.Nchw, ChannelOrder.Rgb)]
    [InlineData(33, 7, TensorLayout.Nchw, ChannelOrder.Bgr)]
    [InlineData(33, 7, TensorLayout.Nhwc, ChannelOrder.Rgb)]
    [InlineData(33, 7, TensorLayout.Nhwc, ChannelOrder.Bgr)]
    [InlineData(224, 224, TensorLayout.Nchw, ChannelOrder.Rgb)]
    public void Tensor_equals_the_naive_one(int width, int height, TensorLayout layout, ChannelOrder channels)
    {
        var manifest = Manifests.Make(width, height, layout, channels);
        var rgb = new byte[manifest.TensorLength];
        new Random(width * height).NextBytes(rgb);
        var tensor = new float[rgb.Length];

        Preprocessing.ToTensor(rgb, tensor, manifest);

        var naive = NaiveTensor(rgb, manifest);
        for (var i = 0; i < tensor.Length; i++)
        {
            // Values reach 2.7; the two formulas differ by rounding only.
            Assert.Equal(naive[i], tensor[i], 2e-6);
        }
    }

    [Fact]
    public void Wrong_lengths_are_refused_with_the_right_one()
    {
        var manifest = Manifests.Make(4, 4, TensorLayout.Nchw, ChannelOrder.Rgb);

        var rgb = Assert.Throws<ArgumentException>(() => Preprocessing.ToTensor(new byte[47], new float[48], manifest));
        var tensor = Assert.Throws<ArgumentException>(() => Preprocessing.ToTensor(new byte[48], new float[49],
            manifest));

        Assert.Contains("48", rgb.Message, StringComparison.Ordinal);
        Assert.Contains("48", tensor.Message, StringComparison.Ordinal);
    }

    /// <summary>The defining formula, pixel by pixel, in double precision.</summary>
    static double[] NaiveTensor(byte[] rgb, ModelManifest m)
    {
        var (width, height) = (m.Input.WidthPx, m.Input.HeightPx);
        var tensor = new double[rgb.Length];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                for (var c = 0; c < 3; c++)
                {
                    var value = rgb[(y * width + x) * 3 + (m.Input.Channels == ChannelOrder.Rgb ? c : 2 - c)];
                    var at = m.Input.Layout == TensorLayout.Nchw
                        ? (c * height + y) * width + x
                        : (y * width + x) * 3 + c;
                    tensor[at] = ((double)value * m.Normalise.Scale - m.Normalise.Mean[c]) / m.Normalise.Std[c];
                }
            }
        }
        return tensor;
    }
}
