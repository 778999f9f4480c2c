namespace ImagePipeline.Imaging.Samples;

/// <summary>One file of a <see cref="SampleFolder"/>; its bytes are made when asked for, the same each time.</summary>
/// <param name="Path">Path in the folder, with forward slashes: "nature/hills-001.jpg".</param>
/// <param name="Kind">What it is.</param>
/// <param name="Original">Path of the file it is a copy of; null for an original and for broken files.</param>
/// <param name="Edit">What was done to it, in words: "cropped"; "original" for an original.</param>
/// <param name="Bytes">Makes the file's bytes.</param>
public sealed record SamplePicture(string Path, SampleKind Kind, string? Original, string Edit, Func<byte[]> Bytes);
