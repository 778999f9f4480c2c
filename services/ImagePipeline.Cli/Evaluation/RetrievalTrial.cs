using ImagePipeline.Core.Codes;
using ImagePipeline.Core.Evaluation;
using ImagePipeline.Core.Vectors;
using ImagePipeline.Imaging;

namespace ImagePipeline.Cli.Evaluation;

/// <summary>A picture and what it shows, by the folder it lies in.</summary>
/// <param name="File">Path.</param>
/// <param name="Label">Number of the folder.</param>
readonly record struct LabelledPicture(string File, int Label);

/// <summary>How well the neighbours of a picture under a model bear its label: by vector, and by a compact code of
/// it.</summary>
/// <param name="Measure">The model, or its code.</param>
/// <param name="AveragePrecision">Mean average precision among the first k neighbours, 0 to 1.</param>
/// <param name="Precision">Mean share of the first k neighbours that bear the label, 0 to 1.</param>
/// <param name="Accuracy">Share of pictures whose neighbours vote for the right label, 0 to 1.</param>
sealed record RetrievalFigures(string Measure, double AveragePrecision, double Precision, double Accuracy);

/// <summary>Asks for the neighbours of every picture among all others.</summary>
/// <param name="Neighbours">Neighbours whose labels are averaged over.</param>
/// <param name="Voters">Neighbours that vote.</param>
/// <param name="Workers">Pictures at work at the same time.</param>
/// <param name="LearnedBits">Lengths of codes that are learned from the pictures and tried too.</param>
sealed record RetrievalTrial(int Neighbours, int Voters, int Workers, IReadOnlyList<int> LearnedBits)
{
    /// <summary>Any fixed rotation does: the codes are compared with none but their own.</summary>
    const ulong Rotation = 1;

    /// <summary>Runs the trial with one model.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="pictures">Labelled pictures; those that are none, or have a vector without direction, are left
    /// out.</param>
    /// <param name="advance">Called for each picture, looked at and asked with, with the number there will be.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Figures by vector and by code, and how many pictures there were.</returns>
    public async Task<(RetrievalFigures[] Figures, int Pictures)> RunAsync(
        OpenedEngine engine, IReadOnlyList<LabelledPicture> pictures, Action<int> advance, CancellationToken cancel)
    {
        var work = new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Workers };
        var found = new float[]?[pictures.Count];
        await Parallel.ForAsync(0, pictures.Count, work, async (at, token) =>
        {
            found[at] = await VectorAsync(engine, pictures[at].File, token);
            advance(Steps(pictures));
        });

        var kept = Enumerable.Range(0, pictures.Count).Where(at => found[at] is not null).ToArray();
        var vectors = kept.Select(at => found[at]!).ToArray();
        var labels = kept.Select(at => pictures[at].Label).ToArray();
        var rotation = new SignCode(engine.Model.Manifest.Output.Dimensions, Rotation);
        var codes = vectors.Select(vector => rotation.Encode(vector)).ToArray();
        var (byVector, byCode) = (new Sums(), new Sums());
        Parallel.For(0, kept.Length, work, at =>
        {
            byVector.Add(labels[at], Ranked(at, labels, other => Distances.Cosine(vectors[at], vectors[other])), this);
            byCode.Add(labels[at], Ranked(at, labels, other => codes[at].DistanceTo(codes[other])), this);
            advance(Steps(pictures));
        });
        var name = engine.Model.Manifest.Name;
        List<RetrievalFigures> figures = [byVector.Means(name, kept.Length), byCode.Means($"{name}, {SignCode.Bits} bits", kept.Length)];
        foreach (var bits in LearnedBits)
        {
            figures.AddRange(ByLearned(name, bits, vectors, labels, work, () => advance(Steps(pictures))));
        }

        return ([.. figures], kept.Length);
    }

    int Steps(IReadOnlyList<LabelledPicture> pictures) => (2 + LearnedBits.Count) * pictures.Count;

    /// <summary>By codes learned from these very vectors, as a collection's are; alone, and with the nearest of them
    /// compared by vector.</summary>
    RetrievalFigures[] ByLearned(string name, int bits, float[][] vectors, int[] labels, ParallelOptions work, Action advance)
    {
        var dimensions = vectors[0].Length;
        if (bits > dimensions || bits >= vectors.Length)
        {
            throw new UsageException(
                $"--codes {bits}: {name} has vectors of {dimensions} numbers and there are {vectors.Length} pictures; "
                + "a code has fewer bits than that.");
        }

        var book = CodeTraining.Train([.. vectors.SelectMany(vector => vector)], dimensions, bits, (int)Rotation, cancel: work.CancellationToken).Book;
        var codes = Array.ConvertAll(vectors, vector =>
        {
            var code = new ulong[book.Words];
            book.Encode(vector, code);
            return code;
        });
        var (alone, inTwoStages) = (new Sums(), new Sums());
        Parallel.For(0, vectors.Length, work, at =>
        {
            float Hamming(int other) => CodeBook.Distance(codes[at], codes[other]);
            alone.Add(labels[at], Ranked(at, labels, Hamming), this);
            var pool = Enumerable.Range(0, vectors.Length).Where(other => other != at).OrderBy(Hamming).ToArray();
            var few = Math.Min(Neighbours, pool.Length);
            Array.Sort(Array.ConvertAll(pool[..few], other => Distances.Cosine(vectors[at], vectors[other])), pool, 0, few);
            inTwoStages.Add(labels[at], Array.ConvertAll(pool, other => labels[other]), this);
            advance();
        });
        return
        [
            alone.Means($"{name}, {bits} learned bits", vectors.Length),
            inTwoStages.Means($"{name}, {bits} learned bits, first {Neighbours} by vector", vectors.Length),
        ];
    }

    /// <summary>Labels of all other pictures, nearest first; the earlier one first among equals.</summary>
    static int[] Ranked(int query, int[] labels, Func<int, float> distance)
    {
        var others = new int[labels.Length - 1];
        var distances = new (float, int)[labels.Length - 1];
        for (var (at, other) = (0, 0); other < labels.Length; other++)
        {
            if (other != query)
            {
                (others[at], distances[at]) = (labels[other], (distance(other), other));
                at++;
            }
        }

        Array.Sort(distances, others);
        return others;
    }

    static async Task<float[]?> VectorAsync(OpenedEngine engine, string file, CancellationToken cancel)
    {
        if (new FileInfo(file).Length > ImageLimits.Default.MaxBytes)
        {
            return null;
        }

        using var decoded = ImageDecoder.DecodeForModel(
            await File.ReadAllBytesAsync(file, cancel), engine.Model.Manifest.InputShape());
        var vector = decoded.IsDecoded ? await engine.Engine.EmbedAsync(decoded.Pixels.RgbMemory, cancel) : null;
        // Without a direction, as a black picture may be, it is near to nothing.
        return vector?.AsSpan().ContainsAnyExcept(0f) == true ? vector : null;
    }

    sealed class Sums
    {
        readonly Lock _lock = new();
        double _averagePrecision, _precision;
        int _right;

        public void Add(int label, int[] neighbours, RetrievalTrial trial)
        {
            var averagePrecision = RetrievalScores.AveragePrecisionAt(label, neighbours, trial.Neighbours);
            var precision = RetrievalScores.PrecisionAt(label, neighbours, trial.Neighbours);
            var isRight = RetrievalScores.Vote(neighbours, trial.Voters) == label;
            lock (_lock)
            {
                (_averagePrecision, _precision, _right) = (_averagePrecision + averagePrecision, _precision + precision, _right + (isRight ? 1 : 0));
            }
        }

        public RetrievalFigures Means(string measure, int pictures) =>
            new(measure, _averagePrecision / pictures, _precision / pictures, _right / (double)pictures);
    }
}
