using System.Globalization;
using System.Runtime.CompilerServices;
using ImagePipeline.Core.Colour;
using ImagePipeline.Core.Hashing;
using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>What the hash stage yields for one image.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="AHash">Average hash.</param>
/// <param name="DHash">Difference hash.</param>
/// <param name="PHash">DCT hash.</param>
/// <param name="Pdq">PDQ hash.</param>
/// <param name="PdqQuality">0 to 100.</param>
/// <param name="Colours">Main colours as #rrggbb, largest first.</param>
/// <param name="Shares">Their shares of the pixels, 0 to 1.</param>
public sealed record HashRow(
    Guid ImageId,
    Hash64 AHash,
    Hash64 DHash,
    Hash64 PHash,
    Hash256 Pdq,
    int PdqQuality,
    IReadOnlyList<string> Colours,
    IReadOnlyList<float> Shares);

/// <summary>What a search over PDQ hashes needs of one image.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Pdq">PDQ hash.</param>
/// <param name="Quality">0 to 100.</param>
/// <param name="WidthPx">Width, pixels.</param>
/// <param name="HeightPx">Height, pixels.</param>
public readonly record struct PdqRow(Guid ImageId, Hash256 Pdq, int Quality, int WidthPx, int HeightPx);

/// <summary>Perceptual hashes and palettes.</summary>
public sealed class HashStore(NpgsqlDataSource source)
{
    const int PageRows = 20_000;

    /// <summary>Stores hashes and palettes and marks the stage as done, in one transaction.</summary>
    /// <param name="algorithm">Names the exact variant and version of the hashes.</param>
    /// <param name="rows">Results; the last of an image wins.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task WriteAsync(string algorithm, IReadOnlyList<HashRow> rows, CancellationToken cancel = default)
    {
        if (rows.Count == 0)
        {
            return;
        }
        var sorted = rows.SortedByKey(static row => row.ImageId);
        var ids = sorted.Column(static row => row.ImageId);
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var batch = connection.CreateBatch();
        AddHashes(batch, algorithm, ids, sorted);
        AddPalettes(batch, ids, sorted);
        StageStore.AddDone(batch, Stages.Hash, ids);
        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>All PDQ hashes of one algorithm by ascending id, without those of rejected images. Read in pages, so that
    /// other work goes on meanwhile.</summary>
    /// <param name="algorithm">As given to <see cref="WriteAsync"/>.</param>
    /// <param name="after">Only ids above this one.</param>
    /// <param name="cancel">Cancels the enumeration.</param>
    public async IAsyncEnumerable<PdqRow> ReadPdqAsync(
        string algorithm, Guid? after = null, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var last = after ?? Guid.Empty;
        for (var read = PageRows; read == PageRows;)
        {
            read = 0;
            await using var command = source.CreateCommand(
                """
                SELECT h.image_id, h.pdq, h.pdq_quality, i.width_px, i.height_px
                FROM image_hash h JOIN image i ON i.image_id = h.image_id
                WHERE h.algorithm = $1 AND h.image_id > $2 AND i.rejected_reason IS NULL
                ORDER BY h.image_id LIMIT $3
                """);
            command.With(algorithm).With(last).With(PageRows);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            for (; await reader.ReadAsync(cancel); read++)
            {
                last = reader.GetGuid(0);
                yield return new PdqRow(
                    last, reader.GetFieldValue<Hash256>(1), reader.GetInt16(2), reader.GetInt32(3), reader.GetInt32(4));
            }
        }
    }

    /// <summary>Hands over the PDQ hashes that became visible since the last call, those of the whole table the first time; a few may come
    /// twice. So whoever compares an image with what it was handed misses none that was stored before, by whichever process.</summary>
    /// <param name="algorithm">As given to <see cref="WriteAsync"/>.</param>
    /// <param name="horizon">What the last call returned; 0 the first time.</param>
    /// <param name="add">Receives the rows.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>The horizon of the next call.</returns>
    public Task<ulong> FollowAsync(
        string algorithm, ulong horizon, Action<PdqRow> add, CancellationToken cancel = default) =>
        Following.ReadAsync(
            source, horizon,
            """
            SELECT h.written_xid, h.image_id, h.pdq, h.pdq_quality, i.width_px, i.height_px
            FROM image_hash h
            -- OFFSET 0 keeps it a look-up for each new hash. As a join, it began with a scan of all images: without statistics, which
            -- the embedded database never has, hardly any image was expected not to be rejected.
            CROSS JOIN LATERAL (
                SELECT o.width_px, o.height_px FROM image o
                WHERE o.image_id = h.image_id AND o.rejected_reason IS NULL OFFSET 0) i
            WHERE (h.written_xid, h.image_id) > ($1, $2) AND h.algorithm = $4
            ORDER BY h.written_xid, h.image_id LIMIT $3
            """,
            PageRows,
            algorithm,
            reader => add(new PdqRow(
                reader.GetGuid(1), reader.GetFieldValue<Hash256>(2), reader.GetInt16(3), reader.GetInt32(4), reader.GetInt32(5))),
            cancel);

    /// <summary>Images whose PDQ quality is below <paramref name="quality"/>: too flat to be matched by hash.</summary>
    public async Task<long> CountFlatAsync(int quality, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            """
            SELECT count(*) FROM image_hash h JOIN image i ON i.image_id = h.image_id
            WHERE h.pdq_quality < $1 AND i.rejected_reason IS NULL
            """);
        command.With(quality);
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>Hashes and palettes of these images; those without are left out.</summary>
    public async Task<Dictionary<Guid, HashRow>> GetAsync(
        IReadOnlyCollection<Guid> ids, CancellationToken cancel = default)
    {
        var found = new Dictionary<Guid, HashRow>(ids.Count);
        await using var command = source.CreateCommand(
            """
            SELECT h.image_id, h.ahash, h.dhash, h.phash, h.pdq, h.pdq_quality, p.colours, p.shares
            FROM image_hash h JOIN image_palette p ON p.image_id = h.image_id
            WHERE h.image_id = ANY($1)
            """);
        command.With(ids.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            found.Add(reader.GetGuid(0), new HashRow(
                reader.GetGuid(0),
                reader.GetFieldValue<Hash64>(1),
                reader.GetFieldValue<Hash64>(2),
                reader.GetFieldValue<Hash64>(3),
                reader.GetFieldValue<Hash256>(4),
                reader.GetInt16(5),
                reader.GetFieldValue<string[]>(6),
                reader.GetFieldValue<float[]>(7)));
        }
        return found;
    }

    static void AddHashes(NpgsqlBatch batch, string algorithm, Guid[] ids, List<HashRow> rows) => batch
        .Add(
            """
            INSERT INTO image_hash (image_id, algorithm, ahash, dhash, phash, pdq, pdq_quality)
            SELECT r.image_id, $7, r.ahash, r.dhash, r.phash, r.pdq, r.pdq_quality
            FROM unnest($1, $2, $3, $4, $5, $6) AS r(image_id, ahash, dhash, phash, pdq, pdq_quality)
            ON CONFLICT (image_id) DO UPDATE
            SET algorithm = excluded.algorithm, ahash = excluded.ahash, dhash = excluded.dhash, phash = excluded.phash,
                pdq = excluded.pdq, pdq_quality = excluded.pdq_quality,
                -- To those that follow another algorithm the row is new.
                written_xid = CASE WHEN image_hash.algorithm = excluded.algorithm
                    THEN image_hash.written_xid ELSE excluded.written_xid END
            """)
        .With(ids)
        .With(rows.Column(static row => row.AHash), "bit[]")
        .With(rows.Column(static row => row.DHash), "bit[]")
        .With(rows.Column(static row => row.PHash), "bit[]")
        .With(rows.Column(static row => row.Pdq), "bit[]")
        .With(rows.Column(static row => (short)row.PdqQuality))
        .With(algorithm);

    // unnest flattens arrays of arrays, so each palette travels as one text.
    static void AddPalettes(NpgsqlBatch batch, Guid[] ids, List<HashRow> rows) => batch
        .Add(
            """
            INSERT INTO image_palette (image_id, colours, shares, oklab)
            SELECT r.image_id, string_to_array(r.colours, ','), string_to_array(r.shares, ',')::real[],
                   string_to_array(r.oklab, ',')::real[]
            FROM unnest($1, $2, $3, $4) AS r(image_id, colours, shares, oklab)
            ON CONFLICT (image_id) DO UPDATE
            SET colours = excluded.colours, shares = excluded.shares, oklab = excluded.oklab
            """)
        .With(ids)
        .With(rows.Column(static row => string.Join(',', row.Colours)))
        .With(rows.Column(static row => Joined(row.Shares)))
        .With(rows.Column(static row => Joined(row.Colours.SelectMany(Lab))));

    static string Joined(IEnumerable<float> numbers) =>
        string.Join(',', numbers.Select(static number => number.ToString(CultureInfo.InvariantCulture)));

    static float[] Lab(string colour)
    {
        var rgb = int.Parse(colour.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var lab = Oklab.FromRgb((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
        return [lab.L, lab.A, lab.B];
    }
}
