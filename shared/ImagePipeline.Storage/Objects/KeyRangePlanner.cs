namespace ImagePipeline.Storage.Objects;

/// <summary>
/// Parts a listing into ranges of keys by asking for the first key after points spread over the key space, many at a time: a handful of
/// round trips, whatever the number of keys. What is not evenly spread is looked at more closely round by round, since the bounds of a
/// part close in on the keys that are in it.
/// </summary>
/// <param name="listAsync">Lists a page, as <see cref="IObjectStore.ListAsync"/> does; where it waits for a store in trouble, one look is
/// asked again and not the whole plan.</param>
public sealed class KeyRangePlanner(Func<string, string?, string?, int, CancellationToken, Task<ObjectPage>> listAsync)
{
    const int MostRounds = 16;

    /// <summary>Rounds that part nothing, each of which narrows the bounds, before the keys count as one.</summary>
    const int MostStill = 4;

    const int AtATime = 32;

    /// <summary>A planner that asks a store once.</summary>
    public KeyRangePlanner(IObjectStore store)
        : this(store.ListAsync)
    {
    }

    /// <summary>Parts the objects below a root.</summary>
    /// <param name="root">As of <see cref="IObjectStore.ListAsync"/>.</param>
    /// <param name="ranges">Most ranges; fewer where there are few keys.</param>
    /// <param name="cancel">Stops the asking.</param>
    /// <returns>Ranges in order of key: no gaps, no overlaps, together the whole listing.</returns>
    public async Task<IReadOnlyList<KeyRange>> PlanAsync(string root, int ranges, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranges, 1);
        using var gate = new SemaphoreSlim(AtATime);
        if (ranges == 1 || await FirstAsync(null, null) is not { } first)
        {
            return [new KeyRange(null, null)];
        }

        var whole = new Part(null, null, first, TopOf(root));
        var parts = new List<Part> { whole.Top is null ? await TightenAsync(whole) : whole };
        var still = 0;
        // Near enough is enough: asking on for the last few would cost more than they save.
        for (var round = 0; round < MostRounds && 4 * parts.Count < 3 * ranges && still < MostStill; round++)
        {
            // A look costs a server nearly as much as a page, so no more points than parts are wanted; it takes more rounds.
            var depth = (int)Math.Clamp(Math.Ceiling(Math.Log2(1.0 * ranges / parts.Count)), 2, 5);
            var before = parts.Count;
            parts = [.. (await Task.WhenAll(parts.Select(part => SpreadAsync(part, depth)))).SelectMany(split => split)];
            still = parts.Count == before ? still + 1 : 0;
            // A round that parts nothing, or one thing from all the rest, tells that the bounds are loose.
            if (still == 1 || (still == 0 && parts.Count == 2 && 4 * parts.Count < 3 * ranges))
            {
                parts = [.. await Task.WhenAll(parts.Select(TightenAsync))];
            }
        }

        // The last range gets an end as well, and what may come above it is a range of its own: ranges with two ends are parted without looks.
        return ranges > 2 && parts.Count > 1 && parts[^1] is { UpTo: null, Top: { } top } && top != TopOf(root)
            && Joined(parts, ranges - 1) is [.. var others, var last]
            ? [.. others, last with { UpTo = top }, new KeyRange(top, null)]
            : Joined(parts, ranges);

        async Task<string?> FirstAsync(string? after, string? upTo)
        {
            await gate.WaitAsync(cancel);
            try
            {
                string? from = after;
                while (true)
                {
                    var page = await listAsync(root, from, upTo, 1, cancel);
                    if (page.Objects.Count > 0 || page.Next is null)
                    {
                        return page.Objects is [var found, ..] ? found.Key : null;
                    }

                    from = page.Next;
                }
            }
            finally
            {
                gate.Release();
            }
        }

        // Finds how much of its first key a part has in common: with nothing above first[..n] + Highest, the rest begins with first[..n].
        async Task<Part> TightenAsync(Part part)
        {
            var (shared, different) = (0, part.First.Length + 1);
            while (different - shared > 1)
            {
                var lengths = Enumerable.Range(1, 7).Select(at => shared + ((different - shared) * at / 8)).Where(at => at > shared)
                    .Distinct().ToArray();
                var above = await Task.WhenAll(lengths.Select(length => AboveAsync(part, length)));
                var none = Array.FindLastIndex(above, found => !found);
                (shared, different) = (none < 0 ? shared : lengths[none], none + 1 < lengths.Length ? lengths[none + 1] : different);
            }

            var bound = part.First[..shared] + KeyMidpoint.Highest;
            return part with { Top = part.Top is null || KeyOrder.Compare(bound, part.Top) < 0 ? bound : part.Top };
        }

        async Task<bool> AboveAsync(Part part, int length)
        {
            // Half a surrogate pair is no text.
            var prefix = part.First[..(length > 0 && char.IsHighSurrogate(part.First[length - 1]) ? length - 1 : length)];
            var bound = prefix + KeyMidpoint.Highest;
            return (part.UpTo is null || KeyOrder.Compare(bound, part.UpTo) < 0) && await FirstAsync(bound, part.UpTo) is not null;
        }

        async Task<IReadOnlyList<Part>> SpreadAsync(Part part, int depth)
        {
            if (KeyOrder.Compare(part.First, part.Top!) >= 0)
            {
                return [part];
            }

            var points = KeyMidpoint.Spread(part.First, part.Top!, depth)
                .Where(point => part.UpTo is null || KeyOrder.Compare(point, part.UpTo) < 0).ToArray();
            var found = await Task.WhenAll(points.Select(point => FirstAsync(point, part.UpTo)));
            var split = new List<Part>();
            var (after, first, top) = (part.After, part.First, part.Top);
            for (var at = 0; at < points.Length; at++)
            {
                if (found[at] is not { } next)
                {
                    // Nothing from here on: the part ends for good where it was parted last.
                    top = points[at];
                    break;
                }

                if (KeyOrder.Compare(first, points[at]) <= 0)
                {
                    split.Add(new Part(after, points[at], first, points[at]));
                    after = points[at];
                }

                first = next;
            }

            split.Add(new Part(after, part.UpTo, first, top));
            return split;
        }
    }

    /// <summary>What lies above all keys below a root, as far as its name tells without asking.</summary>
    static string? TopOf(string root) =>
        root.StartsWith("s3://", StringComparison.Ordinal) && S3Uri.Parse(root).Key is { Length: > 0 } prefix
            ? prefix + KeyMidpoint.Highest : null;

    /// <summary>Neighbours put together until there are no more than <paramref name="ranges"/>.</summary>
    static KeyRange[] Joined(List<Part> parts, int ranges)
    {
        var count = Math.Min(parts.Count, ranges);
        return [.. Enumerable.Range(0, count).Select(at => new KeyRange(
            parts[(int)((long)at * parts.Count / count)].After, parts[(int)((long)(at + 1) * parts.Count / count) - 1].UpTo))];
    }

    /// <summary>A range, the first key in it, and a bound above all of its keys.</summary>
    sealed record Part(string? After, string? UpTo, string First, string? Top);
}
