using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Which images are wanted; what is null or empty does not matter.</summary>
public sealed record ImageFilter
{
    /// <summary>Formats, such as jpeg.</summary>
    public IReadOnlyList<string> Formats { get; init; } = [];

    /// <summary>Least width, pixels.</summary>
    public int? MinWidthPx { get; init; }

    /// <summary>Least height, pixels.</summary>
    public int? MinHeightPx { get; init; }

    /// <summary>Least length, bytes.</summary>
    public long? MinBytes { get; init; }

    /// <summary>Greatest length, bytes.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Taken at this time or later, camera's local time.</summary>
    public DateTime? TakenAfter { get; init; }

    /// <summary>Taken before this time.</summary>
    public DateTime? TakenBefore { get; init; }

    /// <summary>Some file's address begins so: a folder, or a bucket with a prefix.</summary>
    public string? Folder { get; init; }

    /// <summary>Some file's address holds this text, in any case of its letters.</summary>
    public string? Path { get; init; }

    /// <summary>One of the main colours is near to this one: #rrggbb.</summary>
    public string? Colour { get; init; }

    /// <summary>Whether every image is wanted.</summary>
    public bool IsEmpty => Equals(new ImageFilter { Formats = Formats }) && Formats.Count == 0;

    /// <summary>The condition on <c>image i</c>, whose parameters <see cref="AddTo"/> adds as $1 to $10. Rejected images and those without a
    /// file are never wanted.</summary>
    /// <remarks>Colours are near where the weighted Euclidean distance of their red, green and blue ("redmean", T. Riemersma,
    /// https://www.compuphase.com/cmetric.htm) is at most 120 of 765, and the colour covers a twelfth of the picture.</remarks>
    internal const string Condition =
        """
        i.rejected_reason IS NULL
            AND (cardinality($1) = 0 OR i.format = ANY($1))
            AND ($2 IS NULL OR i.width_px >= $2) AND ($3 IS NULL OR i.height_px >= $3)
            AND ($4 IS NULL OR i.bytes >= $4) AND ($5 IS NULL OR i.bytes <= $5)
            AND ($6 IS NULL OR i.taken_at >= $6) AND ($7 IS NULL OR i.taken_at < $7)
            AND EXISTS (SELECT 1 FROM image_source s WHERE s.image_id = i.image_id
                AND ($8 IS NULL OR starts_with(s.uri, $8)) AND ($9 IS NULL OR position(lower($9) in lower(s.uri)) > 0))
            AND ($10 IS NULL OR EXISTS (
                SELECT 1 FROM image_palette p
                CROSS JOIN LATERAL unnest(p.colours, p.shares) AS c(hex, share)
                CROSS JOIN LATERAL (SELECT decode(substr(c.hex, 2), 'hex') AS one, decode(substr($10, 2), 'hex') AS other OFFSET 0) h
                CROSS JOIN LATERAL (
                    SELECT (get_byte(h.one, 0) + get_byte(h.other, 0)) / 2.0 AS red,
                           get_byte(h.one, 0) - get_byte(h.other, 0) AS r, get_byte(h.one, 1) - get_byte(h.other, 1) AS g,
                           get_byte(h.one, 2) - get_byte(h.other, 2) AS b OFFSET 0) d
                WHERE p.image_id = i.image_id AND c.share >= 0.08
                    AND (2 + d.red / 256) * d.r * d.r + 4 * d.g * d.g + (2 + (255 - d.red) / 256) * d.b * d.b <= 120 * 120))
        """;

    /// <summary>Adds the parameters of <see cref="Condition"/>, the first ten of a command.</summary>
    internal NpgsqlCommand AddTo(NpgsqlCommand command) => command
        .With(Formats.Column(static format => format))
        .With(MinWidthPx).With(MinHeightPx).With(MinBytes).With(MaxBytes)
        .With(WithoutZone(TakenAfter), "timestamp").With(WithoutZone(TakenBefore), "timestamp")
        .With(Folder, "text").With(Path, "text").With(Colour, "text");

    static DateTime? WithoutZone(DateTime? time) =>
        time is { } value ? DateTime.SpecifyKind(value, DateTimeKind.Unspecified) : null;
}
