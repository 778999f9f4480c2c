using System.ComponentModel.DataAnnotations;

namespace ImagePipeline.Hosting.Fleet;

/// <summary>A service of the fleet, section <c>Fleet</c>.</summary>
public sealed record FleetOptions
{
    /// <summary>Environment variable of the database.</summary>
    public const string PostgresVariable = "IMAGEPIPELINE_POSTGRES";

    /// <summary>Seconds that batches at work may take to end when the service is asked to stop; what is not done then goes back to its
    /// queue. Default 25, below the 30 that Kubernetes waits before it kills.</summary>
    [Range(1, 3600)]
    public int DrainSeconds { get; init; } = 25;
}
