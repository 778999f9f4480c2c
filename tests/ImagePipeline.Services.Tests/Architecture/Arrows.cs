using System.Reflection;

namespace ImagePipeline.Services.Tests.Architecture;

/// <summary>The arrows of docs/architecture.md, read off the built assemblies.</summary>
public sealed class Arrows
{
    const string Prefix = "ImagePipeline.";

    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Core"] = [],
        ["Contracts"] = [],
        ["Imaging"] = ["Core"],
        ["Inference"] = ["Core", "Imaging"],
        ["Storage"] = ["Core"],
        ["Hosting"] = ["Contracts"],
        ["Ingest"] = ["Core", "Imaging", "Storage", "Hosting", "Contracts"],
        ["Hasher"] = ["Core", "Imaging", "Storage", "Hosting", "Contracts"],
        ["Embedder"] = ["Core", "Imaging", "Inference", "Storage", "Hosting", "Contracts"],
        ["Clusterer"] = ["Core", "Imaging", "Storage", "Hosting", "Contracts"],
        ["Search"] = ["Core", "Imaging", "Inference", "Storage", "Hosting"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Point_one_way(string project)
    {
        var references = References(project);

        Assert.Empty(references.Except(Allowed[project]));
    }

    [Fact]
    public void Core_does_no_io()
    {
        var outside = Assembly.Load(Prefix + "Core").GetReferencedAssemblies().Select(reference => reference.Name!)
            .Where(name => name.Contains("Net", StringComparison.Ordinal) || name.Contains("FileSystem", StringComparison.Ordinal)
                || name.Contains("Npgsql", StringComparison.Ordinal) || name.Contains("MassTransit", StringComparison.Ordinal)
                || name.Contains("Console", StringComparison.Ordinal) || name.Contains("Logging", StringComparison.Ordinal));

        Assert.Empty(outside);
    }

    [Fact]
    public void Storage_alone_speaks_to_the_database()
    {
        var others = Allowed.Keys.Where(project => project != "Storage")
            .Where(project => Assembly.Load(Prefix + project).GetReferencedAssemblies().Any(name => name.Name == "Npgsql"));

        Assert.Empty(others);
    }

    static IEnumerable<string> References(string project) => Assembly.Load(Prefix + project).GetReferencedAssemblies()
        .Select(reference => reference.Name!).Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(name => name[Prefix.Length..]);
}
