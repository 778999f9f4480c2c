using ImagePipeline.Core.Duplicates;

namespace ImagePipeline.Inference;

/// <summary>
/// What a model's file does not say about itself: how a picture becomes its input, and what its output means.
/// </summary>
/// <remarks>
/// Read from <c>&lt;name&gt;.json</c> beside the <c>.onnx</c>, snake_case, every field required but
/// <see cref="Fp16"/>, <see cref="Distances"/>, <see cref="Calibration"/>, <see cref="ResizeRule.ShortSidePx"/> and
/// <see cref="ResizeRule.TrimMargins"/>. A wrong scale or channel order raises no error anywhere, it only lowers accuracy: hence a file of record, stored with the vectors it made.
/// </remarks>
public sealed partial record ModelManifest
{
    /// <summary>Lower-case name, letters, digits, hyphens and underscores.</summary>
    public required string Name { get; init; }

    /// <summary>Version of weights and preprocessing together: change either, change this.</summary>
    public required string Version { get; init; }

    /// <summary>Name of the .onnx file, in the manifest's own folder.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of that file, 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The same model in half precision; absent: there is none.</summary>
    public HalfPrecisionFile? Fp16 { get; init; }

    /// <summary>The input tensor.</summary>
    public required InputTensor Input { get; init; }

    /// <summary>How a picture is brought to the input's size.</summary>
    public required ResizeRule Resize { get; init; }

    /// <summary>How a byte becomes a number.</summary>
    public required Normalisation Normalise { get; init; }

    /// <summary>The output tensor that is the embedding.</summary>
    public required OutputTensor Output { get; init; }

    /// <summary>Licence of the weights, as an SPDX expression or a sentence.</summary>
    public required string Licence { get; init; }

    /// <summary>Where the weights come from.</summary>
    public required string Source { get; init; }

    /// <summary>Calibrated cosine distances; absent means that this model's vectors decide no kind of pair.</summary>
    public PairDistances? Distances { get; init; }

    /// <summary>How likely a pair at a distance is a copy, measured; absent: it was not, and <see cref="PairDistances.Copy"/> alone
    /// decides.</summary>
    public CopyCalibration? Calibration { get; init; }

    /// <summary>The identifier under which vectors of this model are stored.</summary>
    public ModelId ModelId => ModelId.From(Name, Version);

    /// <summary>Numbers in one input: width x height x 3.</summary>
    public int TensorLength => Input.WidthPx * Input.HeightPx * 3;

    /// <summary>Numbers of a vector, the first ones, that tell copies.</summary>
    public int CopyDimensions => Distances?.CopyDimensions ?? Output.Dimensions;

    /// <summary>Cosine distance of those numbers up to which a pair is an edited copy; null where the model never decides that.</summary>
    /// <param name="minimumProbability">The least probability that is taken for one; see <see cref="CopyRules.CopyDistance"/>.</param>
    public double? CopyDistance(double minimumProbability) =>
        CopyRules.CopyDistance(Calibration?.Curve, Distances?.Copy, minimumProbability);
}

/// <summary>A second .onnx that computes the same in float16, its inputs and outputs float32 under the same names.</summary>
public sealed record HalfPrecisionFile
{
    /// <summary>Name of the .onnx file, in the manifest's own folder.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of that file, 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>The input tensor: float32, [pictures, 3, height, width] or [pictures, height, width, 3].</summary>
public sealed record InputTensor
{
    /// <summary>Name in the graph.</summary>
    public required string Name { get; init; }

    /// <summary>Width in pixels, 1 to 4096.</summary>
    public required int WidthPx { get; init; }

    /// <summary>Height in pixels, 1 to 4096.</summary>
    public required int HeightPx { get; init; }

    /// <summary>Planes (nchw) or interleaved pixels (nhwc).</summary>
    public required TensorLayout Layout { get; init; }

    /// <summary>Order of the three channels in the tensor.</summary>
    public required ChannelOrder Channels { get; init; }
}

/// <summary>How a picture of any size becomes one of the input's size.</summary>
public sealed record ResizeRule
{
    /// <summary>What happens to the aspect ratio.</summary>
    public required ResizeMode Mode { get; init; }

    /// <summary>
    /// With <see cref="ResizeMode.Crop"/>: the short side in pixels before the centre is cut out; else absent.
    /// </summary>
    public int? ShortSidePx { get; init; }

    /// <summary>Whether plain margins around the picture are cut off first; absent: they are not.</summary>
    public bool TrimMargins { get; init; }

    /// <summary>The resampling kernel, antialiased when shrinking.</summary>
    public required Interpolation Interpolation { get; init; }
}

/// <summary>value = (byte x scale - mean) / std, per channel, in the tensor's own channel order.</summary>
public sealed record Normalisation
{
    /// <summary>Factor on the byte 0..255; above 0.</summary>
    public required float Scale { get; init; }

    /// <summary>Three means, after scaling.</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>Three deviations, after scaling; above 0.</summary>
    public required IReadOnlyList<float> Std { get; init; }
}

/// <summary>The output tensor: float32, [pictures, dimensions].</summary>
public sealed record OutputTensor
{
    /// <summary>Name in the graph.</summary>
    public required string Name { get; init; }

    /// <summary>Length of one embedding, 1 to 16,000 (the limit of pgvector's halfvec).</summary>
    public required int Dimensions { get; init; }

    /// <summary>Whether embeddings are divided by their length before anything else sees them.</summary>
    public required bool L2Normalise { get; init; }
}

/// <summary>Cosine distances (0 same direction, 2 opposite) below which a pair is of a kind.</summary>
public sealed record PairDistances
{
    /// <summary>An edited copy of the same picture. Beside a <see cref="ModelManifest.Calibration"/> a limit that its probability is not asked
    /// beyond, and absent: there is none. Without one, absent: this model never decides that.</summary>
    public float? Copy { get; init; }

    /// <summary>So many numbers of a vector, the first ones, are a vector for themselves by which <see cref="Copy"/> is measured: a model
    /// may tell copies by one part and look-alikes by the whole. 1 to the output's dimensions; absent: all of them.</summary>
    public int? CopyDimensions { get; init; }

    /// <summary>An edited copy, provided that the hashes of both are near too: two weak signs that are independent enough to make
    /// a strong one. Wider than <see cref="Copy"/>, not wider than <see cref="Similar"/>, which it needs. Absent: no such rule.</summary>
    public float? CopyIfHashNear { get; init; }

    /// <summary>Similar, though not a copy; absent: this model never decides that.</summary>
    public float? Similar { get; init; }
}

/// <summary>Order of the axes of the input tensor.</summary>
public enum TensorLayout
{
    /// <summary>Three planes.</summary>
    Nchw,

    /// <summary>Interleaved pixels.</summary>
    Nhwc,
}

/// <summary>Order of the channels of the input tensor.</summary>
public enum ChannelOrder
{
    /// <summary>Red first.</summary>
    Rgb,

    /// <summary>Blue first.</summary>
    Bgr,
}

/// <summary>What resizing does to the aspect ratio.</summary>
public enum ResizeMode
{
    /// <summary>Kept: the short side is resized and the centre cut out.</summary>
    Crop,

    /// <summary>Given up: both sides are resized by themselves.</summary>
    Stretch,

    /// <summary>Kept: the long side is resized and the rest filled.</summary>
    Pad,
}

/// <summary>A resampling kernel.</summary>
public enum Interpolation
{
    /// <summary>Nearest pixel.</summary>
    Nearest,

    /// <summary>Triangle.</summary>
    Bilinear,

    /// <summary>Cubic (Catmull-Rom).</summary>
    Bicubic,

    /// <summary>Windowed sinc, three lobes.</summary>
    Lanczos3,
}
