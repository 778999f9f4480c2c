using System.Runtime.CompilerServices;
using Npgsql;

namespace ImagePipeline.Storage.Clusters;

/// <summary>What suggests the name of a cluster.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Uri">Its first file.</param>
/// <param name="Colours">Its main colours as #rrggbb; empty where it was not hashed.</param>
/// <param name="Shares">Their shares of the pixels, 0 to 1.</param>
/// <param name="Tags">Its tags: those of people, and those that a model holds for more likely than not.</param>
public sealed record NamingFacts(
    Guid ImageId, string Uri, IReadOnlyList<string> Colours, IReadOnlyList<float> Shares, IReadOnlyList<string> Tags);

/// <summary>The images that are clustered: those with a vector and a file that no stage refused.</summary>
public sealed class ClusterImages(NpgsqlDataSource source)
{
    const int PageRows = 4_000;

    const string Usable =
        "i.rejected_reason IS NULL AND EXISTS (SELECT FROM image_source s WHERE s.image_id = i.image_id AND s.state = 'ingested')";

    /// <summary>How many there are.</summary>
    public async Task<long> CountAsync(string modelId, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            $"SELECT count(*) FROM {VectorStore.Table(modelId)} e JOIN image i ON i.image_id = e.image_id WHERE {Usable}");
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>Their vectors by ascending id, read in pages. Ids are digests of the bytes: the first of them are a random sample. No
    /// connection is held between rows: a caller may take its time over one.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="only">These alone, by ascending id; null for all.</param>
    /// <param name="cancel">Cancels the enumeration.</param>
    public async IAsyncEnumerable<VectorRow> StreamAsync(
        string modelId, Guid[]? only, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var page = new List<VectorRow>();
        var last = Guid.Empty;
        for (var at = 0; only is null || at < only.Length; at += PageRows)
        {
            page.Clear();
            await using (var command = source.CreateCommand(
                $"""
                SELECT e.image_id, e.embedding FROM {VectorStore.Table(modelId)} e JOIN image i ON i.image_id = e.image_id
                WHERE {(only is null ? "e.image_id > $1" : "e.image_id = ANY($1)")} AND {Usable}
                ORDER BY e.image_id LIMIT $2
                """))
            {
                _ = only is null ? command.With(last) : command.With(only[at..Math.Min(at + PageRows, only.Length)]);
                await using var reader = await command.With(PageRows).ExecuteReaderAsync(cancel);
                while (await reader.ReadAsync(cancel))
                {
                    page.Add(new VectorRow(reader.GetGuid(0), reader.GetFieldValue<float[]>(1)));
                }
            }

            foreach (var row in page)
            {
                yield return row;
            }

            if (only is null && page.Count < PageRows)
            {
                yield break;
            }

            last = page.Count == 0 ? last : page[^1].ImageId;
        }
    }

    /// <summary>All that there are now, as seen from a run that is done, by ascending id, read in pages.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancel">Cancels the enumeration.</param>
    public async IAsyncEnumerable<ImageOfRun> StreamAsync(string modelId, int runId, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        const int LongPageRows = 20_000;
        var last = Guid.Empty;
        for (var read = LongPageRows; read == LongPageRows;)
        {
            read = 0;
            await using var command = source.CreateCommand(
                $"""
                SELECT e.image_id, m.image_id IS NOT NULL AND NOT m.arrived, m.x, m.y
                FROM {VectorStore.Table(modelId)} e JOIN image i ON i.image_id = e.image_id
                LEFT JOIN cluster_member m ON m.run_id = $1 AND m.image_id = e.image_id
                WHERE e.image_id > $2 AND {Usable}
                ORDER BY e.image_id LIMIT $3
                """);
            command.With(runId).With(last).With(LongPageRows);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            for (; await reader.ReadAsync(cancel); read++)
            {
                last = reader.GetGuid(0);
                yield return new ImageOfRun(
                    last, reader.GetBoolean(1), reader.IsDBNull(2) ? null : reader.GetFloat(2), reader.IsDBNull(3) ? null : reader.GetFloat(3));
            }
        }
    }

    /// <summary>Those of these that are there now.</summary>
    public async Task<IReadOnlySet<Guid>> PresentAsync(string modelId, IReadOnlyCollection<Guid> ids, CancellationToken cancel = default)
    {
        var present = new HashSet<Guid>(ids.Count);
        await using var command = source.CreateCommand(
            $"""
            SELECT e.image_id FROM {VectorStore.Table(modelId)} e JOIN image i ON i.image_id = e.image_id
            WHERE e.image_id = ANY($1) AND {Usable}
            """);
        await using var reader = await command.With(ids.ToArray()).ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            present.Add(reader.GetGuid(0));
        }

        return present;
    }

    /// <summary>The images that a user's condition over <c>image_file</c> selects, by ascending id.</summary>
    /// <param name="condition">SQL, run as <see cref="ReadOnlyQuery"/> does.</param>
    /// <param name="limits">Most images and longest time.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <exception cref="QueryRefusedException">PostgreSQL refused it, or it selects more images than the limit.</exception>
    public async Task<Guid[]> SelectAsync(string condition, ReadOnlyQueryOptions limits, CancellationToken cancel = default)
    {
        var ids = new List<Guid>();
        // On lines of their own: a comment in the condition ends with it.
        await using var result = await new ReadOnlyQuery(source).RunAsync(
            $"SELECT DISTINCT image_id FROM image_file WHERE state = 'ingested' AND (\n{condition}\n) ORDER BY image_id", limits, cancel);
        await foreach (var row in result.RowsAsync(cancel))
        {
            ids.Add(Guid.Parse(row[0]!));
        }

        return result.Truncated
            ? throw new QueryRefusedException($"The condition selects more than {limits.MaxRows:N0} images.")
            : [.. ids];
    }

    /// <summary>Files, palettes and tags of images; those without a file are left out.</summary>
    public async Task<Dictionary<Guid, NamingFacts>> NamingFactsAsync(
        IReadOnlyCollection<Guid> ids, CancellationToken cancel = default)
    {
        var facts = new Dictionary<Guid, NamingFacts>(ids.Count);
        foreach (var slice in ids.Chunk(PageRows))
        {
            await using var command = source.CreateCommand(
                """
                SELECT s.image_id, min(s.uri), p.colours, p.shares, ARRAY(
                    SELECT DISTINCT t.tag FROM image_tag t WHERE t.image_id = s.image_id AND coalesce(t.probability, 1) > 0.5 ORDER BY t.tag)
                FROM image_source s LEFT JOIN image_palette p ON p.image_id = s.image_id
                WHERE s.image_id = ANY($1) AND s.state = 'ingested'
                GROUP BY s.image_id, p.colours, p.shares
                """);
            command.With(slice);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                facts[reader.GetGuid(0)] = new NamingFacts(
                    reader.GetGuid(0), reader.GetString(1),
                    reader.IsDBNull(2) ? [] : reader.GetFieldValue<string[]>(2),
                    reader.IsDBNull(3) ? [] : reader.GetFieldValue<float[]>(3), reader.GetFieldValue<string[]>(4));
            }
        }

        return facts;
    }
}
