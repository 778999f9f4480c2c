namespace ImagePipeline.Imaging.Formats;

/// <summary>The names of the formats that are read, and the file name extensions that belong to each.</summary>
static class ImageFormat
{
    public const string Jpeg = "jpeg";
    public const string Png = "png";
    public const string Webp = "webp";
    public const string Gif = "gif";
    public const string Tiff = "tiff";
    public const string Avif = "avif";

    /// <summary>The format that a file name promises, or null when its extension promises none.</summary>
    public static string? OfFileName(string fileName) => Path.GetExtension(fileName).ToLowerInvariant() switch
    {
        ".jpg" or ".jpeg" or ".jpe" or ".jfif" or ".jif" or ".mpo" or ".jps" => Jpeg,
        ".png" or ".apng" => Png,
        ".webp" => Webp,
        ".gif" => Gif,
        ".tif" or ".tiff" or ".btf" or ".tf8" => Tiff,
        ".avif" or ".avifs" or ".heif" => Avif,
        // Promises something that is never read under that name.
        ".heic" or ".bmp" or ".ico" or ".psd" or ".tga" or ".svg" or ".jp2" or ".jxl" or ".pdf" or ".nef" or ".dng" =>
            "other",
        _ => null,
    };

    /// <summary>The libvips operation that reads a format.</summary>
    public static string Loader(string format) => format switch
    {
        Jpeg => "jpegload_buffer",
        Png => "pngload_buffer",
        Webp => "webpload_buffer",
        Gif => "gifload_buffer",
        Tiff => "tiffload_buffer",
        Avif => "heifload_buffer",
        _ => throw new ArgumentException($"No loader reads {format}.", nameof(format)),
    };
}
