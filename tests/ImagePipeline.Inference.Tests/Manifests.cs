namespace ImagePipeline.Inference.Tests;

static class Manifests
{
    /// <summary>A manifest with ImageNet's usual mean and deviation, for tests that need no file.</summary>
    public static ModelManifest Make(int width, int height, TensorLayout layout, ChannelOrder channels) => new()
    {
        Name = "test",
        Version = "1",
        File = "test.onnx",
        Sha256 = new string('0', 64),
        Input = new() { Name = "x", WidthPx = width, HeightPx = height, Layout = layout, Channels = channels },
        Resize = new() { Mode = ResizeMode.Stretch, Interpolation = Interpolation.Bilinear },
        Normalise = new() { Scale = 1 / 255f, Mean = [0.485f, 0.456f, 0.406f], Std = [0.229f, 0.224f, 0.225f] },
        Output = new() { Name = "y", Dimensions = 3, L2Normalise = false },
        Licence = "MIT",
        Source = "a test",
    };
}
