namespace ImagePipeline.Storage.Objects;

/// <summary>
/// Pages of folder listings. A page that goes on where one ended takes up its walk; any other walks down to its first key, reading
/// only the folders on the way. So a page costs its own length, even in a folder of a million files.
/// </summary>
sealed class FolderListings(TimeProvider clock)
{
    /// <summary>Each holds the names of the folders it stands in.</summary>
    const int MostKept = 4;

    /// <summary>Older walks may show what is there no more.</summary>
    static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    readonly Lock _gate = new();
    readonly LinkedList<(string Root, string After, FolderCursor Cursor, DateTimeOffset At)> _kept = [];

    /// <summary>One page; see <see cref="IObjectStore.ListAsync"/>.</summary>
    public ObjectPage Page(string root, string? after, string? upTo, int limit, CancellationToken cancel)
    {
        var cursor = (after is null ? null : Take(root, after)) ?? new FolderCursor(root, after);
        var found = new List<FoundObject>();
        while (found.Count < limit)
        {
            cancel.ThrowIfCancellationRequested();
            if (cursor.Next() is not { } next || (upTo is not null && KeyOrder.Compare(next.Key, upTo) > 0))
            {
                return new ObjectPage(found, null);
            }

            found.Add(next);
        }

        var last = found[^1].Key;
        if (last == upTo || !cursor.HasMore)
        {
            return new ObjectPage(found, null);
        }

        Keep(root, last, cursor);
        return new ObjectPage(found, last);
    }

    FolderCursor? Take(string root, string after)
    {
        lock (_gate)
        {
            var oldest = clock.GetUtcNow() - KeptFor;
            for (var node = _kept.Last; node is not null; node = node.Previous)
            {
                if (node.Value.Root == root && node.Value.After == after && node.Value.At >= oldest)
                {
                    _kept.Remove(node);
                    return node.Value.Cursor;
                }
            }

            return null;
        }
    }

    void Keep(string root, string after, FolderCursor cursor)
    {
        lock (_gate)
        {
            _kept.AddLast((root, after, cursor, clock.GetUtcNow()));
            if (_kept.Count > MostKept)
            {
                _kept.RemoveFirst();
            }
        }
    }
}
