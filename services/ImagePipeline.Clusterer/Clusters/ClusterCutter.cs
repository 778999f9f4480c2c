using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Layout;
using ImagePipeline.Core.Vectors;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>A cut to choose from.</summary>
/// <param name="Cut">How many clusters it gives, between which cosine distances.</param>
/// <param name="Silhouette">Mean silhouette by cosine distance on a sample, -1 to 1; null where that has fewer than two clusters.</param>
public readonly record struct MeasuredCut(TreeCut Cut, double? Silhouette);

/// <summary>Cuts the trees of agglomerative and two-level runs at other levels. Nothing is joined anew: vectors are read for the centroids and figures of the
/// cut alone, places on the map are those of the run.</summary>
public sealed class ClusterCutter(
    ClusterRunStore runs, ClusterTreeStore trees, ClusterReader reader, ClusterImages images, VectorStore vectors)
{
    /// <summary>Images whose silhouettes are measured: as many as choose where a run is cut.</summary>
    const int Measured = 4_000;

    /// <summary>The tree of a run over its images that are still there; null where it has none.</summary>
    public async Task<ClusterTree?> FindAsync(ClusterRun run, CancellationToken cancel) => await trees.FindAsync(run.RunId, cancel) is { } tree
        ? tree.Only(await images.PresentAsync(run.ModelId, [.. tree.Images], cancel))
        : null;

    /// <summary>Cuts to choose from, the one that the run has among them.</summary>
    /// <param name="run">The run.</param>
    /// <param name="tree">Its tree, over images that are still there.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>By ascending number of clusters; none for fewer than two images.</returns>
    public async Task<IReadOnlyList<MeasuredCut>> MeasureAsync(ClusterRun run, ClusterTree tree, CancellationToken cancel)
    {
        int[] weights = tree.Groups is { } of ? [.. of.Sizes] : [];
        var cuts = TreeCut.Sensible(tree.Merges, weights: weights).ToDictionary(cut => cut.Clusters);
        if (cuts.Count > 0 && ClusterSettings.Parse(run.ParametersJson).K is { } own && own <= tree.Images.Count)
        {
            cuts.TryAdd(own, TreeCut.Of(tree.Merges, own, weights));
        }

        // Ids are digests of the bytes: the first are a random sample.
        Guid[] first = tree.Groups is null
            ? [.. tree.Images.Take(Measured)]
            : await reader.StreamAsync(run.RunId, cancel).Take(Measured).Select(member => member.ImageId).ToArrayAsync(cancel);
        var sample = await ReadAsync(run.ModelId, first, _ => { }, cancel);
        var there = sample.Ids.ToHashSet();
        int[] leaves = tree.Groups is { } groups
            ? LeavesOf(sample.Sample, groups.Centroids, cancel)
            : [.. Enumerable.Range(0, first.Length).Where(leaf => there.Contains(first[leaf]))];
        return await Task.Run<IReadOnlyList<MeasuredCut>>(() => [.. cuts.Values.OrderBy(cut => cut.Clusters).Select(Measure)], cancel);

        MeasuredCut Measure(TreeCut cut)
        {
            var labels = tree.Merges.CutByCount(cut.Clusters);
            var silhouette = Silhouette.Measure(
                sample.Sample, [.. leaves.Select(leaf => labels[leaf])], VectorMetric.Cosine, Measured, seed: 0, Environment.ProcessorCount, cancel).Mean;
            return new(cut, double.IsNaN(silhouette) ? null : Math.Round(silhouette, 4));
        }
    }

    /// <summary>Cuts the tree of a run for a new one.</summary>
    /// <param name="run">The new run.</param>
    /// <param name="asked">The cut, of <see cref="ClusterSettings.CutOf"/>.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="DatabaseException">There is no such tree, or fewer images are left than clusters are wanted.</exception>
    internal async Task<Grouping> GroupAsync(
        ClusterRun run, ClusterSettings asked, IProgress<ClusterProgress>? progress, CancellationToken cancel)
    {
        var of = asked.CutOf!.Value;
        var horizon = await runs.ReadHorizonAsync(cancel);
        var tree = await trees.FindAsync(of, cancel) ?? throw new DatabaseException(
            $"Run {of} has no tree that could be cut; agglomerative and two-level runs have one. Which there are: imagepipeline cluster list");
        var (others, arrivals, places) = await SortAsync(run.ModelId, of, tree, cancel);
        if (tree.Groups is { } groups)
        {
            var grouping = await GroupAsync(run, asked, (tree, groups), others, progress, cancel);
            return grouping with { Horizon = horizon, Map = Map(grouping.Images.Ids, places), Arrivals = asked.Where is null ? arrivals : [] };
        }

        var all = await ReadAsync(
            run.ModelId, [.. tree.Images], read => progress?.Report(ClusterProgress.Of("reading", read, tree.Images.Count)), cancel);
        var left = tree.Only(all.Ids.ToHashSet());
        if (left.Images.Count < Math.Max(2, asked.K ?? 0))
        {
            throw new DatabaseException(
                $"Of the images that run {of} joined {left.Images.Count:N0} are there; they cannot be cut into {asked.K ?? 2:N0} clusters.");
        }

        var fit = await Task.Run(() => ClusterFit.Cut(all.Sample, left.Merges, asked with { Linkage = tree.Linkage }, cancel), cancel);
        all.Take(fit);
        if (others.Length > 0)
        {
            await using var rows = images.StreamAsync(run.ModelId, others, cancel).GetAsyncEnumerator(cancel);
            var count = left.Images.Count + others.Length;
            await all.AssignRestAsync(
                rows, fit.Search!, groups: null, radii: null, read => progress?.Report(ClusterProgress.Of("assigning", read, count)), cancel);
        }

        var settings = fit.Settings with { Sample = all.Ids.Count > all.Sample.Rows ? all.Sample.Rows : null };
        return new Grouping(all, fit, settings, horizon)
        {
            Map = Map(left.Images, places),
            // They join no run of a part of the images.
            Arrivals = asked.Where is null ? arrivals : [],
        };
    }

    /// <summary>Cuts a tree of groups: every image is put into its group again, as when the run was made.</summary>
    async Task<Grouping> GroupAsync(
        ClusterRun run, ClusterSettings asked, (ClusterTree Tree, TreeGroups Groups) of, Guid[] grouped, IProgress<ClusterProgress>? progress,
        CancellationToken cancel)
    {
        var all = new RunImages(of.Groups.Centroids.Dimensions);
        await using var rows = images.StreamAsync(run.ModelId, grouped, cancel).GetAsyncEnumerator(cancel);
        var more = await all.ReadSampleAsync(
            rows, Math.Max(1, asked.Sample ?? grouped.Length), grouped.Length,
            read => progress?.Report(ClusterProgress.Of("reading", read, grouped.Length)));
        var leaves = LeavesOf(all.Sample, of.Groups.Centroids, cancel);
        // A group of which nothing is left goes, so that as many clusters as asked have images.
        var sizes = new int[of.Tree.Images.Count];
        foreach (var leaf in leaves)
        {
            sizes[leaf]++;
        }

        bool[] kept = [.. sizes.Select(size => size > 0)];
        int[] left = [.. Enumerable.Range(0, kept.Length).Where(leaf => kept[leaf])];
        if (left.Length < Math.Max(1, asked.K ?? 0))
        {
            throw new DatabaseException(
                $"Of the groups that run {asked.CutOf} joined {left.Length:N0} have images; they cannot be cut into {asked.K ?? 1:N0} clusters.");
        }

        var places = kept.Select((_, leaf) => Array.BinarySearch(left, leaf)).ToArray();
        var fit = await Task.Run(
            () => ClusterFit.CutGroups(
                all.Sample, of.Groups.Centroids.Select(left), [.. leaves.Select(leaf => places[leaf])], of.Tree.Merges.Keep(kept),
                asked with { Linkage = of.Tree.Linkage }, cancel),
            cancel);
        all.Take(fit);
        if (more)
        {
            await all.AssignRestAsync(
                rows, fit.Search!, fit.Groups, radii: null,
                read => progress?.Report(ClusterProgress.Of("assigning", read, grouped.Length)), cancel);
        }

        return new Grouping(all, fit, fit.Settings with { Sample = all.Ids.Count > all.Sample.Rows ? all.Sample.Rows : null }, 0);
    }

    /// <summary>Places of the first images: what is left of those that were placed are the first of what is left.</summary>
    static LayoutPoint[] Map(IReadOnlyList<Guid> images, Dictionary<Guid, LayoutPoint> places) =>
        [.. images.TakeWhile(places.ContainsKey).Select(image => places[image])];

    static int[] LeavesOf(VectorMatrix sample, VectorMatrix centroids, CancellationToken cancel) =>
        Fit.Nearest(sample, new NearestCentroid(centroids, VectorMetric.Cosine), cancel).Labels;

    /// <summary>What there is now: images that joined the clusters of the run when it was computed, those that came since, and places on its map.</summary>
    async Task<(Guid[] Others, List<Guid> Arrivals, Dictionary<Guid, LayoutPoint> Places)> SortAsync(
        string modelId, int runId, ClusterTree tree, CancellationToken cancel)
    {
        // Where groups were joined no image is a leaf.
        var leaves = tree.Groups is null ? tree.Images.ToHashSet() : [];
        var (others, arrivals, places) = (new List<Guid>(), new List<Guid>(), new Dictionary<Guid, LayoutPoint>());
        await foreach (var image in images.StreamAsync(modelId, runId, cancel))
        {
            if (!image.IsGrouped)
            {
                arrivals.Add(image.ImageId);
            }
            else if (!leaves.Contains(image.ImageId))
            {
                others.Add(image.ImageId);
            }

            if (image is { X: { } x, Y: { } y })
            {
                places[image.ImageId] = new LayoutPoint(x, y);
            }
        }

        return ([.. others], arrivals, places);
    }

    async Task<RunImages> ReadAsync(string modelId, Guid[] ids, Action<long> report, CancellationToken cancel)
    {
        var read = new RunImages((await vectors.GetModelAsync(modelId, cancel)).Dimensions);
        await using var rows = images.StreamAsync(modelId, ids, cancel).GetAsyncEnumerator(cancel);
        await read.ReadSampleAsync(rows, Math.Max(1, ids.Length), ids.Length, report);
        return read;
    }
}
