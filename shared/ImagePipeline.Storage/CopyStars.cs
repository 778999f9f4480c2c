using ImagePipeline.Core.Duplicates;
using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>The groups of copies in the database, as stars around a representative: whoever changes a pair or a verdict brings them up to
/// date by this, so that they are the same whichever process did.</summary>
sealed class CopyStars : IGroupedCopies
{
    readonly NpgsqlConnection _connection;
    readonly Dictionary<(Guid A, Guid B), DuplicateEdge> _edges = [];

    CopyStars(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Brings the groups up to date.</summary>
    /// <param name="connection">Where to read and write, in a transaction that has the lock of the groups.</param>
    /// <param name="ids">See <see cref="StarUpdate"/>.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public static async Task UpdateAsync(NpgsqlConnection connection, IReadOnlyCollection<Guid> ids, CancellationToken cancel)
    {
        var stars = new CopyStars(connection);
        var moves = await StarUpdate.RunAsync(ids, stars, KeeperRule.Default, cancel);
        await GroupWriter.MoveCopiesAsync(connection, [.. moves.Select(stars.ToMove)], cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StarEdge>> EdgesAsync(IReadOnlyCollection<Guid> images, CancellationToken cancel)
    {
        var edges = new Dictionary<(Guid A, Guid B), StarEdge>();
        await using var command = new NpgsqlCommand(Queries.EdgesAt, _connection);
        command.With(images.ToArray())
            .With<string[]>([DuplicateKind.SamePixels.ToSql(), DuplicateKind.EditedCopy.ToSql()]);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var edge = DuplicateStore.ReadEdge(reader);
            _edges[(edge.A, edge.B)] = edge;
            edges[(edge.A, edge.B)] = new(edge.A, edge.B, edge.Kind, CommonDistance(edge.Evidence, edge.Distance));
        }

        return [.. edges.Values];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StarState>> StatesAsync(IReadOnlyCollection<Guid> images, CancellationToken cancel)
    {
        var facts = await FileStore.OfImagesAsync(_connection, images, cancel);
        var states = images.ToDictionary(id => id, id => new StarState(id, facts.GetValueOrDefault(id)?.Keeping, null, 0, default, 0));
        await using var command = new NpgsqlCommand(
            """
            SELECT m.image_id, m.group_id, g.size, m.kind, m.evidence, m.distance
            FROM duplicate_member m JOIN duplicate_group g ON g.family = m.family AND g.group_id = m.group_id
            WHERE m.family = 'copy' AND m.image_id = ANY($1)
            """, _connection);
        await using var reader = await command.With(images.ToArray()).ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var id = reader.GetGuid(0);
            states[id] = states[id] with { Group = reader.GetGuid(1), GroupSize = reader.GetInt32(2) };
            if (!reader.IsDBNull(3))
            {
                states[id] = states[id] with
                {
                    Kind = Words.Parse<DuplicateKind>(reader.GetString(3)),
                    Distance = CommonDistance(reader.GetString(4), reader.GetFloat(5)),
                };
            }
        }

        return [.. states.Values];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Guid>> MembersAsync(IReadOnlyCollection<Guid> representatives, CancellationToken cancel)
    {
        var members = new List<Guid>();
        await using var command = new NpgsqlCommand(
            "SELECT image_id FROM duplicate_member WHERE family = 'copy' AND group_id = ANY($1) AND image_id <> group_id", _connection);
        await using var reader = await command.With(representatives.ToArray()).ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            members.Add(reader.GetGuid(0));
        }

        return members;
    }

    CopyMove ToMove(StarMove move)
    {
        if (move.Group is not { } group)
        {
            return new(move.Id, null, null);
        }

        var edge = _edges[group.CompareTo(move.Id) < 0 ? (group, move.Id) : (move.Id, group)];
        return new(move.Id, group, new DuplicateMember(move.Id, edge.Kind, edge.Evidence, edge.TransformFrom(group), edge.Distance));
    }

    /// <summary>One order for distances of different units: what hashes show before what vectors show.</summary>
    static float CommonDistance(string evidence, float distance) => evidence switch
    {
        Evidence.Pdq => distance / 256,
        Evidence.Embedding => 1 + distance,
        _ => 0,
    };
}
