namespace ImagePipeline.Cli.Pages;

/// <summary>What <see cref="ClusterPage"/> shows.</summary>
public sealed record ClusterPageModel
{
    /// <summary>How many images and clusters, and how they were found.</summary>
    public required string Summary { get; init; }

    /// <summary>Why the run was made, what was carried over: a line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Figures of the run: name, value, what it says.</summary>
    public IReadOnlyList<ClusterFigure> Figures { get; init; } = [];

    /// <summary>Images on the map; empty for none.</summary>
    public IReadOnlyList<MapPoint> Map { get; init; } = [];

    /// <summary>The clusters that the map names and colours, the largest first, with their places.</summary>
    public IReadOnlyList<MapName> Names { get; init; } = [];

    /// <summary>The clusters, the largest first. Read once, one at a time.</summary>
    public required IAsyncEnumerable<ClusterSheet> Sheets { get; init; }

    /// <summary>Clusters that are left out, the smallest.</summary>
    public int LeftOut { get; init; }
}

/// <summary>A figure.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value as text.</param>
/// <param name="Words">What it says.</param>
public sealed record ClusterFigure(string Name, string Value, string Words);

/// <summary>An image on the map.</summary>
/// <param name="X">0 to 1.</param>
/// <param name="Y">0 to 1, upwards.</param>
/// <param name="Cluster">Its cluster; null for none.</param>
public readonly record struct MapPoint(float X, float Y, int? Cluster);

/// <summary>A cluster on the map.</summary>
/// <param name="Cluster">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="X">0 to 1; null where it has no place.</param>
/// <param name="Y">0 to 1, upwards.</param>
public sealed record MapName(int Cluster, string Name, float? X, float? Y);

/// <summary>The contact sheet of a cluster.</summary>
public sealed record ClusterSheet
{
    /// <summary>Its number; null for the images in no cluster.</summary>
    public required int? Cluster { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether a person named it.</summary>
    public bool IsNamed { get; init; }

    /// <summary>Images.</summary>
    public required long Size { get; init; }

    /// <summary>What its name came from and how near its images are to each other, in words.</summary>
    public string Words { get; init; } = "";

    /// <summary>Its most typical images, the most typical first.</summary>
    public required IReadOnlyList<PagePicture> Typical { get; init; }

    /// <summary>Its least typical images, the least typical first; empty where all are shown above.</summary>
    public IReadOnlyList<PagePicture> Edge { get; init; } = [];
}
