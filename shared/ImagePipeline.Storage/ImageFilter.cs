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

    /// <summary>One of the main colours covers a tenth of it and is within 0.1 of this one in OKLab: #rrggbb.</summary>
    public string? Colour { get; init; }

    /// <summary>Somebody, or a model, gave it this tag.</summary>
    public string? Tag { get; init; }

    /// <summary>Whether every image is wanted.</summary>
    public bool IsEmpty => Equals(new ImageFilter { Formats = Formats }) && Formats.Count == 0;

    /// <summary>The condition on <c>image i</c>, whose parameters <see cref="AddTo"/> adds as $1 to $11. Rejected
    /// images and those without a file are never wanted.</summary>
    /// <remarks>As the function search_images of the database has them, which cannot go on after an id.</remarks>
    internal const string Condition =
        """
        i.rejected_reason IS NULL
            AND ($1 IS NULL OR i.format = ANY($1))
            AND ($2 IS NULL OR i.width_px >= $2) AND ($3 IS NULL OR i.height_px >= $3)
            AND ($4 IS NULL OR i.bytes >= $4) AND ($5 IS NULL OR i.bytes <= $5)
            AND ($6 IS NULL OR i.taken_at >= $6) AND ($7 IS NULL OR i.taken_at < $7)
            AND EXISTS (SELECT FROM image_source s WHERE s.image_id = i.image_id
                AND ($8 IS NULL OR s.uri COLLATE "C" ^@ $8)
                AND ($9 IS NULL OR s.uri ILIKE '%' || replace(replace(replace($9, '\', '\\'), '%', '\%'), '_', '\_') || '%'))
            AND ($10 IS NULL OR EXISTS (
                SELECT FROM (SELECT oklab($10) AS lab OFFSET 0) w, image_palette p, unnest(p.shares) WITH ORDINALITY AS t(share, n)
                WHERE p.image_id = i.image_id AND t.share >= 0.1 AND (p.oklab[3 * t.n - 2] - w.lab[1])^2
                    + (p.oklab[3 * t.n - 1] - w.lab[2])^2 + (p.oklab[3 * t.n] - w.lab[3])^2 <= 0.01))
            AND ($11 IS NULL OR EXISTS (SELECT FROM image_tag t WHERE t.image_id = i.image_id AND t.tag = $11))
        """;

    /// <summary>Adds the parameters of <see cref="Condition"/>, the first eleven of a command.</summary>
    internal NpgsqlCommand AddTo(NpgsqlCommand command) => command
        .With(Formats.Count == 0 ? null : Formats.Column(static format => format), "text[]")
        .With(MinWidthPx).With(MinHeightPx).With(MinBytes).With(MaxBytes)
        .With(WithoutZone(TakenAfter), "timestamp").With(WithoutZone(TakenBefore), "timestamp")
        .With(Folder, "text").With(Path, "text").With(Colour, "text").With(Tag, "text");

    static DateTime? WithoutZone(DateTime? time) =>
        time is { } value ? DateTime.SpecifyKind(value, DateTimeKind.Unspecified) : null;
}
