using System.Globalization;
using ImagePipeline.EndToEnd.Tests.Fleet.Harness;

namespace ImagePipeline.EndToEnd.Tests.Fleet;

/// <summary>A bucket of pictures that all tests of the fleet read, and what a fleet that nothing disturbed has made of it.</summary>
public sealed class FleetFixture : IAsyncLifetime
{
    /// <summary>How many pictures: 600 so that the whole suite takes minutes; 5,000 for a thorough look.</summary>
    const string ImagesVariable = "IMAGEPIPELINE_TEST_FLEET_IMAGES";

    const int UsualImages = 600;
    const int Seed = 20261121;

    FleetServers? _servers;
    PictureBucket? _bucket;
    QuietFleet? _quiet;

    internal FleetServers Servers => _servers!;

    internal PictureBucket Bucket => _bucket!;

    public int Images { get; private set; }

    /// <summary>Whether the tests can run; without servers they are skipped at a desk and fail in CI.</summary>
    public void Require()
    {
        Assert.False(_servers is null && Environment.GetEnvironmentVariable("CI") == "true", FleetServers.Absent);
        Assert.SkipWhen(_servers is null, FleetServers.Absent);
    }

    public async ValueTask InitializeAsync()
    {
        _servers = FleetServers.Find();
        Images = int.Parse(
            Environment.GetEnvironmentVariable(ImagesVariable) ?? UsualImages.ToString(CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture);
        if (_servers is not null)
        {
            _bucket = await PictureBucket.CreateAsync(_servers, Pictures());
        }
    }

    internal IEnumerable<(string Key, byte[] Bytes)> Pictures() => PictureSet.Draw(Images, Seed);

    /// <summary>A place for one test, where all pairs are stored, so that any two places may be compared row by row.</summary>
    internal Task<FleetPlace> PlaceAsync(string store, params (string Key, string Value)[] settings) => FleetPlace.CreateAsync(
        Servers, store, $"s3://{Bucket.Name}/made-{Guid.NewGuid():n}", [.. FleetPlace.AllPairs, .. settings]);

    /// <summary>The fleet that nothing disturbed, after its first job; run for whoever asks first.</summary>
    internal async Task<QuietFleet> QuietAsync()
    {
        Require();
        _quiet ??= await QuietFleet.RunAsync(this);
        // A test that failed may have left some stopped.
        _quiet.Place.StartAgain();
        return _quiet;
    }

    public async ValueTask DisposeAsync()
    {
        if (_quiet is not null)
        {
            await _quiet.DisposeAsync();
        }

        if (_bucket is not null)
        {
            await _bucket.RemoveAsync();
            _bucket.Dispose();
        }
    }
}

[CollectionDefinition(nameof(OnFleet), DisableParallelization = true)]
public sealed class OnFleet : ICollectionFixture<FleetFixture>;
