using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ImagePipeline.Storage.Objects;

/// <summary>Composes the stores of a process.</summary>
public static class ObjectStoreRegistration
{
    /// <summary>
    /// Adds <see cref="ObjectStores"/> with folders and S3. The S3 client is made by the first <c>s3://</c> address: a process that meets none
    /// does not load it.
    /// </summary>
    /// <param name="services">The registration.</param>
    /// <param name="configuration">Section <c>S3</c>; null: that of the environment, read when S3 is first used.</param>
    /// <exception cref="ValidationException">A section is not valid.</exception>
    public static IServiceCollection AddObjectStores(this IServiceCollection services, IConfiguration? configuration)
    {
        var stores = Open(configuration);
        return services.AddSingleton(_ => stores);
    }

    /// <summary>The stores outside a host, for a command that is over soon.</summary>
    public static ObjectStores Open(IConfiguration? configuration)
    {
        // Read now where a service is to refuse to start, later where most commands never need it.
        var configured = configuration is null ? null : Bound(configuration);
        return new ObjectStores(
        [
            new FolderStore(),
            new LazyObjectStore("s3", () => new S3Store(configured ?? Bound(Environment()))),
        ]);
    }

    static S3Options Bound(IConfiguration configuration) => Valid(configuration.GetSection("S3").Get<S3Options>() ?? new S3Options());

    static IConfigurationRoot Environment() => new ConfigurationBuilder().AddEnvironmentVariables().Build();

    static T Valid<T>(T options) where T : class
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        return options;
    }
}
