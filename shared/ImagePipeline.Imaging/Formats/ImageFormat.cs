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

    static readonly Dictionary<string, string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        [".jpg"] = Jpeg, [".jpeg"] = Jpeg, [".jpe"] = Jpeg, [".jfif"] = Jpeg, [".jif"] = Jpeg, [".mpo"] = Jpeg, [".jps"] = Jpeg,
        [".png"] = Png, [".apng"] = Png,
        [".webp"] = Webp,
        [".gif"] = Gif,
        [".tif"] = Tiff, [".tiff"] = Tiff, [".btf"] = Tiff, [".tf8"] = Tiff,
        [".avif"] = Avif, [".avifs"] = Avif, [".heif"] = Avif,
        // Named as something that is never read under that name.
        [".heic"] = "heic", [".bmp"] = "bmp", [".ico"] = "ico", [".psd"] = "psd", [".tga"] = "tga", [".svg"] = "svg",
        [".jp2"] = "jp2", [".jxl"] = "jxl", [".pdf"] = "pdf",
    };

    /// <summary>The format that a file name promises, or null when its extension promises none.</summary>
    public static string? OfFileName(string fileName) => Extensions.GetValueOrDefault(Path.GetExtension(fileName));

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
