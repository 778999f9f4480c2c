using ImagePipeline.Imaging;

namespace ImagePipeline.Inference;

public sealed partial record ModelManifest
{
    /// <summary>What a picture is decoded to for this model.</summary>
    public ModelInputShape InputShape() => new(
        Input.WidthPx,
        Input.HeightPx,
        Resize.Mode switch { ResizeMode.Crop => ModelFit.Crop, ResizeMode.Pad => ModelFit.Pad, _ => ModelFit.Stretch },
        Resize.Interpolation switch
        {
            Interpolation.Nearest => ResizeKernel.Nearest,
            Interpolation.Bilinear => ResizeKernel.Bilinear,
            Interpolation.Bicubic => ResizeKernel.Bicubic,
            _ => ResizeKernel.Lanczos3,
        },
        Resize.ShortSidePx ?? 0,
        Resize.TrimMargins);
}
