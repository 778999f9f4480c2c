using ImagePipeline.Imaging;

namespace ImagePipeline.Inference;

public sealed partial record ModelManifest
{
    /// <summary>What a picture is decoded to for this model.</summary>
    public ModelInputShape InputShape() => new(
        Input.WidthPx,
        Input.HeightPx,
        Resize.Mode switch { ResizeMode.Crop => FitMode.Crop, ResizeMode.Pad => FitMode.Pad, _ => FitMode.Stretch },
        Resize.ShortSidePx ?? Math.Min(Input.WidthPx, Input.HeightPx),
        Resize.Interpolation switch
        {
            Interpolation.Nearest => ResizeKernel.Nearest,
            Interpolation.Bilinear => ResizeKernel.Bilinear,
            Interpolation.Bicubic => ResizeKernel.Bicubic,
            _ => ResizeKernel.Lanczos3,
        });
}
