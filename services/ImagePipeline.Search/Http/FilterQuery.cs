using System.Globalization;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Tags;
using Microsoft.AspNetCore.Mvc;

namespace ImagePipeline.Search.Http;

/// <summary>Filters of a query string.</summary>
sealed class FilterQuery
{
    const int MostText = 1000;

    static readonly string[] Times = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];

    /// <summary>Formats, parted by commas: jpeg,png.</summary>
    [FromQuery(Name = "format")]
    public string? Format { get; init; }

    /// <summary>Least width, pixels.</summary>
    [FromQuery(Name = "min_width")]
    public int? MinWidth { get; init; }

    /// <summary>Least height, pixels.</summary>
    [FromQuery(Name = "min_height")]
    public int? MinHeight { get; init; }

    /// <summary>Least length, bytes.</summary>
    [FromQuery(Name = "min_bytes")]
    public long? MinBytes { get; init; }

    /// <summary>Greatest length, bytes.</summary>
    [FromQuery(Name = "max_bytes")]
    public long? MaxBytes { get; init; }

    /// <summary>Taken on this day or later, camera's local time: 2024-05-31 or 2024-05-31T12:00.</summary>
    [FromQuery(Name = "taken_after")]
    public string? TakenAfter { get; init; }

    /// <summary>Taken before this day or time.</summary>
    [FromQuery(Name = "taken_before")]
    public string? TakenBefore { get; init; }

    /// <summary>A folder, or a bucket with a prefix: files below it.</summary>
    [FromQuery(Name = "folder")]
    public string? Folder { get; init; }

    /// <summary>Text in the path of a file, in any case.</summary>
    [FromQuery(Name = "path")]
    public string? Path { get; init; }

    /// <summary>A main colour: rrggbb, with or without #.</summary>
    [FromQuery(Name = "colour")]
    public string? Colour { get; init; }

    /// <summary>A tag, as it is written.</summary>
    [FromQuery(Name = "tag")]
    public string? Tag { get; init; }

    /// <summary>The filter.</summary>
    /// <exception cref="BadHttpRequestException">A value is none that can be.</exception>
    public ImageFilter Read()
    {
        if ((Folder ?? "").Length > MostText || (Path ?? "").Length > MostText || (Format ?? "").Length > MostText)
        {
            throw new BadHttpRequestException($"a filter has at most {MostText} characters.");
        }

        return new ImageFilter
        {
            Formats = [.. (Format ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(format => format.ToLowerInvariant())],
            MinWidthPx = NotNegative(MinWidth, "min_width"),
            MinHeightPx = NotNegative(MinHeight, "min_height"),
            MinBytes = NotNegative(MinBytes, "min_bytes"),
            MaxBytes = NotNegative(MaxBytes, "max_bytes"),
            TakenAfter = Time(TakenAfter, "taken_after"),
            TakenBefore = Time(TakenBefore, "taken_before"),
            Folder = string.IsNullOrEmpty(Folder) ? null
                : Folder.Contains("://", StringComparison.Ordinal) ? Folder : "file://" + Folder.TrimEnd('/') + "/",
            Path = string.IsNullOrEmpty(Path) ? null : Path,
            Colour = ReadColour(),
            Tag = ReadTag(),
        };
    }

    static T? NotNegative<T>(T? value, string name) where T : struct, IComparable<T> => value is { } number && number.CompareTo(default) < 0
        ? throw new BadHttpRequestException($"{name} is 0 or more.")
        : value;

    static DateTime? Time(string? text, string name) => string.IsNullOrEmpty(text) ? null
        : DateTime.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time
        : throw new BadHttpRequestException($"{name} is a day such as 2024-05-31, or a time such as 2024-05-31T12:00.");

    string? ReadTag() => string.IsNullOrEmpty(Tag) ? null
        : TagName.TryParse(Tag, out var tag) ? tag
        : throw new BadHttpRequestException($"{TagName.Rule}.");

    string? ReadColour()
    {
        if (string.IsNullOrEmpty(Colour))
        {
            return null;
        }

        var digits = Colour.TrimStart('#').ToLowerInvariant();
        return digits.Length == 6 && digits.All(char.IsAsciiHexDigit)
            ? "#" + digits
            : throw new BadHttpRequestException("colour is six hexadecimal digits, such as 2a6f97.");
    }
}
