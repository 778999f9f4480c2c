using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ImagePipeline.Storage.Objects;

/// <summary>Composes the stores of a process.</summary>
public static class ObjectStoreRegistration
{
    /// <summary>
    /// Adds <see cref="ObjectStores"/> with folders and S3, the cache of this machine before them, and <see cref="ThumbnailStore"/>. The S3 client is made by the first <c>s3://</c> address: a process that meets none
    /// does not load it.
    /// </summary>
    /// <param name="services">The registration.</param>
    /// <param name="configuration">Sections <c>S3</c> and <c>Objects</c>; null: S3 as the environment says, read when
    /// it is first used, no place for thumbnails and no cache.</param>
    /// <exception cref="ValidationException">A section is not valid.</exception>
    public static IServiceCollection AddObjectStores(this IServiceCollection services, IConfiguration? configuration)
    {
        var stores = Open(configuration);
        var own = Valid(configuration?.GetSection("Objects").Get<ObjectsOptions>() ?? new ObjectsOptions());
        if (!string.IsNullOrEmpty(own.Root) && !own.Root.StartsWith("s3://", StringComparison.Ordinal) && !FolderObjects.IsFile(own.Root))
        {
            throw new ValidationException($"Objects__Root is '{own.Root}'; expected s3://bucket/prefix or file:///dir.");
        }

        services.TryAddSingleton(own);
        var cache = OpenCache(own);
        return services.AddSingleton(_ => stores).AddSingleton<ThumbnailStore>()
            .AddSingleton(cache).AddSingleton<CachedObjects>().AddSingleton<CachedInputs>();
    }

    /// <summary>The cache of this machine, where one is configured.</summary>
    static MachineCache OpenCache(ObjectsOptions own)
    {
        if (string.IsNullOrEmpty(own.Cache))
        {
            return MachineCache.None;
        }

        try
        {
            return new MachineCache(own.Cache, (long)own.CacheMiB << 20, TimeProvider.System);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ValidationException($"Objects__Cache cannot be used: {fault.Message}", fault);
        }
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
