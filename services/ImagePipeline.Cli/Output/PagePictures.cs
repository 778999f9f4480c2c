using ImagePipeline.Cli.Pages;
using ImagePipeline.Imaging;
using ImagePipeline.Search.Duplicates;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Cli.Output;

/// <summary>Pictures as the pages show them, with thumbnails made from the files.</summary>
static class PagePictures
{
    const int ThumbnailPx = 240;

    /// <summary>A picture of the collection.</summary>
    public static Task<PagePicture> OfAsync(ObjectStores objects, ImageFacts image, CancellationToken cancel) => OfAsync(
        objects, image.Files[0].Uri, image.WidthPx, image.HeightPx, image.Bytes, image.Format, image.TakenAt, cancel);

    /// <summary>A file of a group.</summary>
    public static Task<PagePicture> OfAsync(ObjectStores objects, SuggestedFile file, CancellationToken cancel) => OfAsync(
        objects, file.Uri, file.WidthPx, file.HeightPx, file.Bytes, file.Format, file.TakenAt, cancel);

    /// <summary>A picture from outside the collection.</summary>
    public static PagePicture OfQuery(string path, byte[] bytes)
    {
        var header = ImageProbe.Read(bytes).Header;
        return new PagePicture
        {
            Path = path,
            Uri = new Uri(Path.GetFullPath(path)).AbsoluteUri,
            WidthPx = header?.WidthPx ?? 0,
            HeightPx = header?.HeightPx ?? 0,
            Bytes = bytes.Length,
            Format = header?.Format ?? "",
            TakenAt = TakenAt(header?.TakenAt),
            Thumbnail = Thumbnail(bytes),
        };
    }

    static async Task<PagePicture> OfAsync(
        ObjectStores objects, string uri, int widthPx, int heightPx, long bytes, string format, DateTime? takenAt,
        CancellationToken cancel) => new()
        {
            Path = FileNames.Of(uri),
            Uri = FolderObjects.IsFile(uri) ? new Uri(FolderObjects.PathOf(uri)).AbsoluteUri : null,
            WidthPx = widthPx,
            HeightPx = heightPx,
            Bytes = bytes,
            Format = format,
            TakenAt = TakenAt(takenAt),
            Thumbnail = await ThumbnailAsync(objects, uri, cancel),
        };

    /// <summary>Empty where the file cannot be had or is no longer a picture: the page says so in its place.</summary>
    static async Task<ReadOnlyMemory<byte>> ThumbnailAsync(
        ObjectStores objects, string uri, CancellationToken cancel)
    {
        try
        {
            using var bytes = await objects.ReadAsync(uri, etag: null, ImageLimits.Default.MaxBytes, cancel);
            return bytes is null ? default : Thumbnail(bytes.Span);
        }
        catch (Exception fault) when (fault is StoreUnavailableException || FailureReason.Of(fault) is not null)
        {
            return default;
        }
    }

    static ReadOnlyMemory<byte> Thumbnail(ReadOnlySpan<byte> bytes)
    {
        using var decoded = ImageDecoder.DecodeToFit(bytes, ThumbnailPx);
        return decoded.Pixels is { } pixels ? ImageEncoder.ToJpeg(pixels.Rgb, pixels.WidthPx, pixels.HeightPx, 78) : default;
    }

    static DateTimeOffset? TakenAt(DateTime? local) => local is { } time ? new DateTimeOffset(time, TimeSpan.Zero) : null;
}
