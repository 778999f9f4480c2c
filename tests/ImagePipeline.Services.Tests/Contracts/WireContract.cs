using System.Text.Json;
using ImagePipeline.Contracts;
using MassTransit;

namespace ImagePipeline.Services.Tests.Contracts;

/// <summary>The URN and JSON of every message, pinned: consumers of another version must understand both.</summary>
public sealed class WireContract
{
    static readonly Guid Id = new("00112233-4455-6677-8899-aabbccddeeff");

    public static TheoryData<string> Messages => [.. Samples.Keys];

    static readonly Dictionary<string, object> Samples = new()
    {
        [nameof(ImageIngested)] = new ImageIngested
        {
            ImageId = Id,
            Uri = "file:///a/b.jpg",
            Etag = "10-8dc",
            WidthPx = 640,
            HeightPx = 480,
        },
        [nameof(ImageHashed)] = new ImageHashed
        {
            ImageId = Id,
            Algorithm = "hashes-1",
            PdqQuality = 100,
            Pdq = ["00", "01"],
            WidthPx = 640,
            HeightPx = 480,
        },
        [nameof(ImageEmbedded)] = new ImageEmbedded { ImageId = Id, ModelId = "gist_1" },
        [nameof(ComputeClusters)] = new ComputeClusters
        {
            RequestId = Id,
            ModelId = "gist_1",
            Method = "agglomerative",
            K = 20,
            Distance = 0.25,
            Linkage = "average",
            MinSize = 5,
            Groups = 500,
            Where = "format = 'jpeg'",
            Seed = 7,
            KeepActive = true,
            Reason = "asked for",
        },
        [nameof(ClustersComputed)] = new ClustersComputed
        {
            RunId = 3,
            RequestId = Id,
            ModelId = "gist_1",
            State = "done",
            Active = true,
            Images = 1000,
            Clusters = 20,
            Unassigned = 10,
        },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void Is_the_committed_one(string name)
    {
        var message = Samples[name];
        var actual = $"{MessageUrn.ForTypeString(message.GetType())}\n{JsonSerializer.Serialize(message, message.GetType())}\n";
        var file = RepositoryFiles.At("tests", "golden", "contracts", name + ".txt");

        Assert.Equal(File.ReadAllText(file), actual);
    }

    [Fact]
    public void Covers_every_message()
    {
        var records = typeof(ImageIngested).Assembly.GetExportedTypes().Where(type => !type.IsAbstract).Select(type => type.Name);

        Assert.Equal(Samples.Keys.Order(), records.Order());
    }
}
