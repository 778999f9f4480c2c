using System.Collections.Concurrent;
using System.Globalization;
using ImagePipeline.Core.Evaluation;
using ImagePipeline.Core.Hashing;
using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.Cli.Evaluation;

/// <summary>
/// Makes edited copies of pictures and asks every signal for their originals, among all originals and some distractors.
/// </summary>
sealed class CopyTrial(IReadOnlyList<OpenedEngine> models, CopyTrialOptions options)
{
    /// <summary>Proposals that each copy makes for the measures over all pairs.</summary>
    const int Proposals = 10;

    /// <summary>An original and the others that its copies may be put among.</summary>
    const int PicturesPerCopy = 4;

    /// <summary>Every signal that is tried, in the order of the table.</summary>
    public IReadOnlyList<Signal> Signals { get; } =
        Signal.All([.. models.Select(model => model.Model.Manifest)], options.MinimumProbability);

    /// <summary>Runs the trial.</summary>
    /// <param name="originals">Files that copies are made of.</param>
    /// <param name="distractors">Files that are only in the way.</param>
    /// <param name="advance">Called for each file and each copy, with the number there will be.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="UsageException">There are too few originals.</exception>
    public async Task<CopyTrialResult> RunAsync(
        IReadOnlyList<string> originals, IReadOnlyList<string> distractors, Action<int> advance, CancellationToken cancel)
    {
        var work = new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = options.Workers };
        var files = originals.Concat(distractors).ToArray();
        var looks = new Appearance?[files.Length];
        await Parallel.ForAsync(0, files.Length, work, async (at, token) =>
        {
            looks[at] = await Appearance.OfFileAsync(files[at], models, token);
            advance(files.Length + (originals.Count * options.Edits.Count));
        });

        var kept = Distinct(looks);
        var (references, names) = (kept.Select(at => looks[at]!).ToArray(), kept.Select(at => files[at]).ToArray());
        var copied = kept.Count(at => at < originals.Count);
        if (copied < PicturesPerCopy)
        {
            throw new UsageException($"{copied} different pictures are too few: a copy may be put among {PicturesPerCopy - 1} others.");
        }

        var total = files.Length + (copied * options.Edits.Count);
        var answers = new ConcurrentBag<CopyQuery>();
        PairTally[] tallies = [.. models.Select(_ => new PairTally(copied))];
        await Parallel.ForAsync(0, copied, work, async (own, token) =>
        {
            var pictures = await PicturesAsync(names, copied, own, token);
            for (var edit = 0; edit < options.Edits.Count; edit++)
            {
                int[] shown = [.. Enumerable.Range(1, options.Edits[edit].OthersShown).Select(other => Companion(own, other, copied))];
                if (await Appearance.OfAsync(Make(pictures, own, edit), models, token) is { } look)
                {
                    answers.Add(new CopyQuery(edit, own, [.. Signals.Select(signal =>
                        Ask(signal, look, own, shown, references, signal.Model is { } model ? tallies[model] : null))]));
                }

                advance(total);
            }
        });

        return new CopyTrialResult(
            options.Edits, Signals, names, copied, looks.Count(look => look is null),
            looks.Count(look => look is not null) - kept.Length,
            [.. answers.OrderBy(answer => answer.Original).ThenBy(answer => answer.Edit)], tallies);
    }

    /// <summary>The copy that a query asked with, made again.</summary>
    public async Task<byte[]> MakeAsync(CopyTrialResult result, CopyQuery query, CancellationToken cancel) =>
        Make(await PicturesAsync(result.References, result.Originals, query.Original, cancel), query.Original, query.Edit);

    /// <summary>An original, and the three others that its copies may be put among.</summary>
    static async Task<RgbPicture[]> PicturesAsync(
        IReadOnlyList<string> references, int originals, int own, CancellationToken cancel)
    {
        var pictures = new RgbPicture[PicturesPerCopy];
        for (var at = 0; at < pictures.Length; at++)
        {
            pictures[at] = await PictureAsync(references[Companion(own, at, originals)], cancel);
        }

        return pictures;
    }

    /// <summary>Number of the picture that comes next to an original, 1 to 3; 0 is the original itself.</summary>
    static int Companion(int own, int at, int originals) => (own + (at * 7)) % originals;

    byte[] Make(RgbPicture[] pictures, int own, int edit) =>
        options.Edits[edit].Make(pictures[0], pictures[1..], HashCode(options.Seed, own, edit));

    static SignalAnswer Ask(Signal signal, Appearance look, int own, int[] shown, Appearance[] references, PairTally? tally)
    {
        var proposals = new PriorityQueue<int, float>(Proposals + 1);
        var (toOther, other, toOwn) = (float.PositiveInfinity, -1, float.PositiveInfinity);
        for (var at = 0; at < references.Length; at++)
        {
            if (at != own && shown.Contains(at))
            {
                continue;
            }

            var distance = signal.Distance(look, references[at]);
            tally?.Add(own, at, distance);
            if (at == own)
            {
                toOwn = distance;
            }
            else if (distance < toOther)
            {
                (toOther, other) = (distance, at);
            }

            if (float.IsFinite(distance))
            {
                // The farthest is the first to go.
                proposals.Enqueue(at, -distance);
                if (proposals.Count > Proposals)
                {
                    proposals.Dequeue();
                }
            }
        }

        return new SignalAnswer(
            new CopyAnswer(toOwn, toOther), other,
            [.. proposals.UnorderedItems.Select(item => new RankedPair(-item.Priority, item.Element == own))]);
    }

    /// <summary>The pictures that are there, without those that are copies of an earlier one by hash: either would be a right answer.</summary>
    static int[] Distinct(Appearance?[] looks)
    {
        var kept = new List<int>();
        for (var at = 0; at < looks.Length; at++)
        {
            if (looks[at] is { } look && !kept.Exists(earlier =>
                look.Hashes.IsMatchable && look.Hashes.Pdq.DistanceTo(looks[earlier]!.Hashes.Pdq) <= Pdq.MatchDistance))
            {
                kept.Add(at);
            }
        }

        return [.. kept];
    }

    static async Task<RgbPicture> PictureAsync(string file, CancellationToken cancel)
    {
        using var decoded = ImageDecoder.DecodeToFit(await File.ReadAllBytesAsync(file, cancel), ImageHasher.FitPx);
        return decoded.Pixels is { } pixels
            ? new RgbPicture(pixels.Rgb.ToArray(), pixels.WidthPx, pixels.HeightPx)
            : throw new IOException($"{file} was a picture a moment ago, and is none any more.");
    }

    /// <summary>System.HashCode is seeded anew by every process.</summary>
    static int HashCode(int seed, int picture, int edit) =>
        unchecked((((seed * 0x2C1B3C6D) ^ picture) * 0x5851F42D) ^ (edit * 0x1B873593));
}

/// <summary>What a trial is made of.</summary>
/// <param name="Edits">Edits, each of which makes one copy of every original.</param>
/// <param name="Seed">Chooses what is random in them.</param>
/// <param name="Workers">Pictures at work at the same time.</param>
/// <param name="MinimumProbability">The least probability by vector that the pipeline takes for a copy.</param>
sealed record CopyTrialOptions(IReadOnlyList<CopyEdit> Edits, int Seed, int Workers, double MinimumProbability);

/// <summary>What one signal says of one copy.</summary>
/// <param name="Answer">How near the original is, and how near the nearest other picture.</param>
/// <param name="Other">Number of that other picture; -1 where there is none.</param>
/// <param name="Proposals">The nearest pictures of all.</param>
sealed record SignalAnswer(CopyAnswer Answer, int Other, RankedPair[] Proposals);

/// <summary>One copy and what every signal says of it.</summary>
/// <param name="Edit">Number of the edit.</param>
/// <param name="Original">Number of the original among the references.</param>
/// <param name="Answers">One per signal.</param>
sealed record CopyQuery(int Edit, int Original, SignalAnswer[] Answers);

/// <summary>What a trial yields.</summary>
/// <param name="Edits">Edits, by number.</param>
/// <param name="Signals">Signals, by number.</param>
/// <param name="References">Files that were searched, originals first, by number.</param>
/// <param name="Originals">How many of them are originals.</param>
/// <param name="Rejected">Files that are no pictures the pipeline accepts.</param>
/// <param name="Alike">Files left out because they show what an earlier one shows.</param>
/// <param name="Queries">All copies.</param>
/// <param name="Tallies">All pairs by distance, one tally per model.</param>
sealed record CopyTrialResult(
    IReadOnlyList<CopyEdit> Edits, IReadOnlyList<Signal> Signals, IReadOnlyList<string> References, int Originals, int Rejected,
    int Alike, IReadOnlyList<CopyQuery> Queries, IReadOnlyList<PairTally> Tallies)
{
    /// <summary>What was tried, in a sentence.</summary>
    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"{Queries.Count:N0} copies of {Originals:N0} originals among {References.Count:N0} pictures; left out: {Alike:N0} that show what another shows, "
        + $"{Rejected:N0} that are no pictures.");
}
