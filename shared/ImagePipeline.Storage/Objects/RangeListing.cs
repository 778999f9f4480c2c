using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace ImagePipeline.Storage.Objects;

/// <summary>
/// Lists ranges of keys side by side. When one worker has nothing left, it takes half of what another has before it, so that the
/// listing ends for all at about the same time, however the keys are spread. Tokens of the pages, saved in the order in which the pages
/// come, let another listing go on without a gap or a repetition.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="root">As of <see cref="IObjectStore.ListAsync"/>.</param>
public sealed class RangeListing(IObjectStore store, string root)
{
    const int PageKeys = 1000;

    /// <summary>A range that seems to have less than this before it is left to its worker.</summary>
    const int LeastPagesToPart = 3;

    readonly KeyRangePlanner _planner = new(store);
    readonly Channel<RangePage> _pages = Channel.CreateUnbounded<RangePage>();
    readonly Lock _gate = new();
    readonly Queue<Run> _waiting = new();
    readonly List<Run> _running = [];
    TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _ranges;

    /// <summary>Lists, with <paramref name="workers"/> requests under way; once per object.</summary>
    /// <param name="tokens">Where to begin: tokens of <see cref="Begin"/> or of an earlier listing.</param>
    /// <param name="workers">Requests at the same time.</param>
    /// <param name="cancel">Stops the listing.</param>
    public async IAsyncEnumerable<RangePage> ListAsync(
        IEnumerable<RangeToken> tokens, int workers, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var token in tokens)
        {
            _ranges = Math.Max(_ranges, token.Range + 1);
            if (!token.IsDone)
            {
                _waiting.Enqueue(new Run(token.Range, token.Rest));
            }
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var room = new SemaphoreSlim(2 * workers);
        var work = Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(room, stop)));
        var all = work.ContinueWith(
            done => _pages.Writer.TryComplete(done.Exception?.InnerException), CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            await foreach (var page in _pages.Reader.ReadAllAsync(cancel))
            {
                yield return page;
                if (page.Objects.Count > 0)
                {
                    room.Release();
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await all;
        }
    }

    /// <summary>Tokens of ranges that nothing was listed of.</summary>
    public static IReadOnlyList<RangeToken> Begin(IEnumerable<KeyRange> ranges) =>
        [.. ranges.Select((range, at) => new RangeToken(at, range))];

    async Task WorkAsync(SemaphoreSlim room, CancellationTokenSource stop)
    {
        try
        {
            while (await TakeAsync(stop.Token) is { } run)
            {
                await ListAsync(run, room, stop.Token);
            }
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    async Task ListAsync(Run run, SemaphoreSlim room, CancellationToken cancel)
    {
        for (var done = false; !done;)
        {
            await room.WaitAsync(cancel);
            var asked = run.Rest;
            var page = await store.ListAsync(root, asked.After, asked.UpTo, PageKeys, cancel);
            lock (_gate)
            {
                // Parted meanwhile: what lies beyond belongs to another now.
                var objects = run.Rest.UpTo == asked.UpTo
                    ? page.Objects : [.. page.Objects.TakeWhile(found => run.Rest.Contains(found.Key))];
                done = page.Next is null || !run.Rest.Contains(page.Next) || page.Next == run.Rest.UpTo;
                run.Listed += objects.Count;
                run.First ??= objects.Count > 0 ? objects[0].Key : null;
                run.Rest = done ? new KeyRange(run.Rest.UpTo ?? asked.After, run.Rest.UpTo) : run.Rest with { After = page.Next };
                run.MayPart = true;
                if (done)
                {
                    _running.Remove(run);
                }

                _pages.Writer.TryWrite(new RangePage(run.Number, objects, [new RangeToken(run.Number, run.Rest, done)]));
                if (objects.Count == 0)
                {
                    room.Release();
                }

                Signal();
            }
        }
    }

    /// <summary>The next range, or half of another's; null where all is listed.</summary>
    async Task<Run?> TakeAsync(CancellationToken cancel)
    {
        while (true)
        {
            Run? victim;
            Task changed;
            lock (_gate)
            {
                if (_waiting.TryDequeue(out var next))
                {
                    _running.Add(next);
                    return next;
                }

                if (_running.Count == 0)
                {
                    return null;
                }

                victim = _running.Where(run => run.MayPart && run.Before >= LeastPagesToPart * PageKeys)
                    .MaxBy(run => run.Before);
                changed = _changed.Task;
                if (victim is not null)
                {
                    victim.MayPart = false;
                }
            }

            if (victim is null)
            {
                await changed.WaitAsync(cancel);
            }
            else if (await MiddleAsync(victim.Rest, cancel) is { } middle && Part(victim, middle) is { } half)
            {
                return half;
            }
        }
    }

    /// <summary>Where to part a range. Between known bounds nobody is asked: the first page of the half shows whether anything is in it, and
    /// a look would cost the server nearly as much.</summary>
    async Task<string?> MiddleAsync(KeyRange rest, CancellationToken cancel) => rest is { After: { } after, UpTo: { } upTo }
        ? KeyMidpoint.Between(after, upTo)
        : await _planner.SplitAsync(root, rest, cancel);

    Run? Part(Run victim, string middle)
    {
        lock (_gate)
        {
            if (!_running.Contains(victim) || !victim.Rest.Contains(middle))
            {
                return null;
            }

            var half = new Run(_ranges++, victim.Rest with { After = middle });
            victim.Rest = victim.Rest with { UpTo = middle };
            _running.Add(half);
            _pages.Writer.TryWrite(new RangePage(
                victim.Number, [], [new RangeToken(victim.Number, victim.Rest), new RangeToken(half.Number, half.Rest)]));
            return half;
        }
    }

    void Signal()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    sealed class Run(int number, KeyRange rest)
    {
        public int Number => number;

        public KeyRange Rest { get; set; } = rest;

        public int Listed { get; set; }

        /// <summary>The first key that was listed.</summary>
        public string? First { get; set; }

        public bool MayPart { get; set; }

        /// <summary>How many keys seem to lie before it: as dense as those behind it, and many where the end is not known.</summary>
        public double Before
        {
            get
            {
                if (Rest.UpTo is null || First is null)
                {
                    return double.MaxValue;
                }

                var behind = KeyMidpoint.Fraction(First, Rest.After ?? First, Rest.UpTo);
                return Listed * (1 - behind) / Math.Max(behind, 1e-6);
            }
        }
    }
}
