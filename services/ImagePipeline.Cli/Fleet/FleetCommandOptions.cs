using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using ImagePipeline.Clusterer;
using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Ingest;
using ImagePipeline.Storage.Objects;
using Microsoft.Extensions.Configuration;

namespace ImagePipeline.Cli.Fleet;

/// <summary>What commands need to work beside the services of a fleet.</summary>
static class FleetCommandOptions
{
    /// <summary>The broker that the command line or the environment names, or null.</summary>
    /// <exception cref="UsageException">It is no address of one.</exception>
    public static RabbitMqOptions? ReadBroker(ParseResult parsed) =>
        string.IsNullOrEmpty(parsed.GetValue(BrokerOptions.RabbitMq)) ? null : BrokerOptions.Of(parsed);

    /// <summary>Ingest as the environment says (Ingest__Lease, …).</summary>
    /// <exception cref="UsageException">A value is wrong.</exception>
    public static IngestOptions Ingest() => Read<IngestOptions>("Ingest");

    /// <summary>The near-duplicate search as the environment says (Relate__SimilarPerImage, …), so that one process can store the pairs
    /// that a fleet does.</summary>
    /// <exception cref="UsageException">A value is wrong.</exception>
    public static RelateOptions Relate() => Read<RelateOptions>("Relate");

    /// <summary>Clusters as the environment says (Clusters__GrowthPercent, …).</summary>
    /// <exception cref="UsageException">A value is wrong.</exception>
    public static ClusterOptions Clusters() => Read<ClusterOptions>("Clusters");

    /// <summary>Environment variables, which S3 settings come from (S3__ServiceUrl, …).</summary>
    public static IConfiguration Configuration() => new ConfigurationBuilder().AddEnvironmentVariables().Build();

    /// <summary>Folders, and S3 as the environment says.</summary>
    public static ObjectStores Stores() => ObjectStoreRegistration.Open(Configuration());

    static T Read<T>(string section) where T : class, new()
    {
        try
        {
            var options = Configuration().GetSection(section).Get<T>() ?? new();
            Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
            return options;
        }
        catch (Exception fault) when (fault is InvalidOperationException or ValidationException)
        {
            throw new UsageException($"environment variables {section}__…: {fault.Message}");
        }
    }
}
