using System.ComponentModel.DataAnnotations;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Search.Http;

/// <summary>Group the images of the collection anew. All may be left out.</summary>
/// <param name="Method">auto (as absent), kmeans, agglomerative, two-level, hdbscan or dbscan.</param>
/// <param name="K">How many clusters, 1 or more; absent for the run to choose.</param>
/// <param name="Distance">Cosine distance at which clusters are cut, or within which images are neighbours (dbscan).</param>
/// <param name="Linkage">ward, average, complete or single, of agglomerative and two-level.</param>
/// <param name="MinSize">Least images of a cluster, 2 or more, of hdbscan and dbscan.</param>
/// <param name="Groups">Groups that two-level joins, 2 or more.</param>
/// <param name="Model">Id of the model whose vectors are grouped; absent for the active one.</param>
/// <param name="Seed">The same seed over the same vectors gives the same clusters.</param>
/// <param name="KeepActive">Whether the run that is shown stays the one that is shown.</param>
/// <param name="Reason">Why, in words; kept with the run.</param>
/// <param name="RequestId">Key of the order: sent twice, it is done once.</param>
public sealed record ClusterRunOrder(
    string? Method = null, int? K = null, double? Distance = null, string? Linkage = null, int? MinSize = null, int? Groups = null,
    string? Model = null, int Seed = 1, bool KeepActive = false, string? Reason = null, Guid? RequestId = null)
{
    /// <summary>The settings of the run.</summary>
    /// <exception cref="ValidationException">They cannot be; the message says why.</exception>
    internal ClusterSettings Read()
    {
        if (!ClusterSettings.TryMethod(Method ?? "auto", out var method))
        {
            throw new ValidationException($"method is one of {ClusterSettings.Methods}.");
        }

        if (!ClusterSettings.TryLinkage(Linkage, out var linkage))
        {
            throw new ValidationException($"linkage is one of {ClusterSettings.Linkages}.");
        }

        var settings = new ClusterSettings
        {
            Method = method,
            K = K,
            Distance = Distance,
            Linkage = linkage,
            MinSize = MinSize,
            Groups = Groups,
            Seed = Seed,
            Activate = KeepActive ? false : null,
        };
        settings.Check();
        return settings;
    }
}

/// <summary>Cut the tree of a run elsewhere: by a number of clusters or by a distance.</summary>
/// <param name="K">How many clusters.</param>
/// <param name="Distance">Cosine distance: clusters nearer to each other are joined.</param>
/// <param name="Activate">Whether the cut is shown when it is done.</param>
/// <param name="RequestId">Key of the order: sent twice, it is done once.</param>
public sealed record ClusterCutOrder(int? K = null, double? Distance = null, bool Activate = false, Guid? RequestId = null);
