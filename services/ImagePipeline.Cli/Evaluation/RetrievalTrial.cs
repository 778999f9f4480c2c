using ImagePipeline.Core.Evaluation;
using ImagePipeline.Core.Vectors;
using ImagePipeline.Imaging;

namespace ImagePipeline.Cli.Evaluation;

/// <summary>A picture and what it shows, by the folder it lies in.</summary>
/// <param name="File">Path.</param>
/// <param name="Label">Number of the folder.</param>
readonly record struct LabelledPicture(string File, int Label);

/// <summary>How well the neighbours of a picture under a model bear its label: by vector, and by a compact code of it.</summary>
/// <param name="Measure">The model, or its code.</param>
/// <param name="AveragePrecision">Mean average precision among the first k neighbours, 0 to 1.</param>
/// <param name="Precision">Mean share of the first k neighbours that bear the label, 0 to 1.</param>
/// <param name="Accuracy">Share of pictures whose neighbours vote for the right label, 0 to 1.</param>
sealed record RetrievalFigures(string Measure, double AveragePrecision, double Precision, double Accuracy);

/// <summary>Asks for the neighbours of every picture among all others.</summary>
/// <param name="Neighbours">Neighbours whose labels are averaged over.</param>
/// <param name="Voters">Neighbours that vote.</param>
/// <param name="Workers">Pictures at work at the same time.</param>
sealed record RetrievalTrial(int Neighbours, int Voters, int Workers)
{
    /// <summary>Any fixed rotation does: the codes are compared with none but their own.</summary>
    const ulong Rotation = 1;

    /// <summary>Runs the trial with one model.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="pictures">Labelled pictures; those that are none, or have a vector without direction, are left out.</param>
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
            advance(2 * pictures.Count);
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
            advance(2 * pictures.Count);
        });
        var name = engine.Model.Manifest.Name;
        return ([byVector.Means(name, kept.Length), byCode.Means($"{name}, {SignCode.Bits} bits", kept.Length)], kept.Length);
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
