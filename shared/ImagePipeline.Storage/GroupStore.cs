using ImagePipeline.Core.Duplicates;
using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Groups look-alikes; it must not touch the database.</summary>
/// <param name="images">All of them, with what is known of those that have a file and are not rejected.</param>
/// <returns>The images in groups, by ascending id.</returns>
public delegate IReadOnlyList<GroupedImage> SimilarBuilder(LookAlikes images);

/// <summary>The groups that follow from pairs and verdicts. Whatever is grouped anew is read and written under one lock, so that of two
/// processes the later sees what the earlier wrote.</summary>
public sealed class GroupStore(NpgsqlDataSource source)
{
    /// <summary>Brings the groups of copies up to date, in one transaction and one process at a time.</summary>
    /// <param name="ids">At least one image of every pair of copies that is new or different; both of one that a verdict parts.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task RegroupCopiesAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel = default)
    {
        if (ids.Count == 0)
        {
            return;
        }
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using (var batch = connection.CreateBatch())
        {
            batch.AddByKeyOnly();
            batch.Add($"SELECT pg_advisory_xact_lock({AdvisoryLock.Copies})");
            await batch.ExecuteNonQueryAsync(cancel);
        }
        await CopyStars.UpdateAsync(connection, ids, cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Regroups all look-alikes if any pair changed since the last time and no other process is at it.</summary>
    /// <param name="build">Makes the groups.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>Whether they were grouped.</returns>
    public async Task<bool> RegroupSimilarAsync(SimilarBuilder build, CancellationToken cancel = default)
    {
        await using var alone = await AdvisoryLock.TryTakeAsync(source, AdvisoryLock.Similar, cancel);
        if (alone is null)
        {
            return false;
        }
        // The count is read before the pairs: what is written meanwhile leaves the mark standing.
        var state = await ReadSimilarStateAsync(cancel);
        if (!state.IsDirty)
        {
            return false;
        }
        var images = new LookAlikes(KeeperRule.Default);
        await foreach (var pair in new DuplicateStore(source).ReadSimilarAsync(cancel))
        {
            images.Add(pair.A, pair.B, pair.Distance);
        }
        await using var connection = await source.OpenConnectionAsync(cancel);
        await DescribeAsync(connection, images, cancel);
        await GroupWriter.ReplaceSimilarAsync(connection, build(images), state.Changes, cancel);
        return true;
    }

    /// <summary>In slices, since what is read of an image is many times what is kept.</summary>
    static async Task DescribeAsync(NpgsqlConnection connection, LookAlikes images, CancellationToken cancel)
    {
        const int SliceImages = 4096;
        for (var first = 0; first < images.ImageCount; first += SliceImages)
        {
            foreach (var (id, facts) in await FileStore.OfImagesAsync(connection, images.Images(first, SliceImages), cancel))
            {
                images.Describe(id, facts.Keeping);
            }
        }
    }

    /// <summary>Whether the groups of look-alikes are out of date.</summary>
    public async Task<SimilarState> ReadSimilarStateAsync(CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            "SELECT changes, grouped, now() - grouped_at FROM similar_grouping");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new SimilarState(reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<TimeSpan>(2));
    }

    /// <summary>How many groups there are: images with several files for <see cref="DuplicateKind.SameBytes"/>, groups with
    /// a member of the kind for the others. Kinds with none are left out.</summary>
    public async Task<Dictionary<DuplicateKind, long>> CountGroupsAsync(CancellationToken cancel = default)
    {
        var counts = new Dictionary<DuplicateKind, long>();
        await using var command = source.CreateCommand(
            """
            SELECT 'same_bytes', count(*) FROM (
                SELECT 1 FROM image_source s JOIN image i ON i.image_id = s.image_id
                WHERE s.state = 'ingested' AND i.rejected_reason IS NULL
                GROUP BY s.image_id HAVING count(*) > 1) f
            HAVING count(*) > 0
            UNION ALL
            SELECT m.kind, count(DISTINCT m.group_id) FROM duplicate_member m WHERE m.kind IS NOT NULL GROUP BY m.kind
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            counts.Add(Words.Parse<DuplicateKind>(reader.GetString(0)), reader.GetInt64(1));
        }
        return counts;
    }

    /// <summary>One page of groups by ascending id, with all their images and files.</summary>
    /// <param name="kind">Groups with a member of this kind; null for every group of copies, equal files included.</param>
    /// <param name="limit">Most groups to return.</param>
    /// <param name="after">Only ids above this one: the last of the page before.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<IReadOnlyList<GroupListing>> ListGroupsAsync(
        DuplicateKind? kind, int limit, Guid? after = null, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(Queries.ListGroups);
        command.With(kind?.ToSql(), "text").With(after ?? Guid.Empty).With(limit).With<Guid[]?>(null, "uuid[]");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await GroupReader.ReadAsync(reader, cancel);
    }

    /// <summary>The groups of copies that hold any of some images, by ascending id.</summary>
    public async Task<IReadOnlyList<GroupListing>> OfImagesAsync(IReadOnlyCollection<Guid> images, CancellationToken cancel = default)
    {
        // An image in several files is a group of its own where it is in no other.
        var groups = new HashSet<Guid>(images);
        await using (var asking = source.CreateCommand(
            "SELECT image_id, group_id FROM duplicate_member WHERE family = 'copy' AND image_id = ANY($1)"))
        {
            await using var found = await asking.With(images.ToArray()).ExecuteReaderAsync(cancel);
            while (await found.ReadAsync(cancel))
            {
                groups.Remove(found.GetGuid(0));
                groups.Add(found.GetGuid(1));
            }
        }

        await using var command = source.CreateCommand(Queries.ListGroups);
        command.With<string?>(null, "text").With(Guid.Empty).With(groups.Count).With(groups.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await GroupReader.ReadAsync(reader, cancel);
    }
}

/// <summary>How the groups of look-alikes stand to the pairs.</summary>
/// <param name="Changes">Counts the transactions that wrote pairs.</param>
/// <param name="Grouped">The count that the groups take in.</param>
/// <param name="Age">Since they were grouped last.</param>
public readonly record struct SimilarState(long Changes, long Grouped, TimeSpan Age)
{
    /// <summary>True where pairs changed since.</summary>
    public bool IsDirty => Changes > Grouped;
}
