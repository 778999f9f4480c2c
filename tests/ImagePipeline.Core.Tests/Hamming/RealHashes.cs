using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Tests.Hamming;

/// <summary>PDQ hashes of real pictures: facebook/ThreatExchange, pdq/data, those of its index tests.</summary>
static class RealHashes
{
    /// <summary>The haystack, 1,350 different hashes; skips the test where the shared data is absent.</summary>
    public static Hash256[] Load(string name = "haystack.txt")
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ImagePipeline.slnx")))
        {
            folder = folder.Parent;
        }

        var file = folder is null ? "" : Path.Combine(folder.FullName, "..", "shared", "data", "pdq", "index", name);
        if (!File.Exists(file))
        {
            Assert.Skip($"../shared/data/pdq/index/{name} is absent");
        }

        return
        [
            .. File.ReadLines(file).Where(line => line.Length >= 64).Select(line => Hash256.Parse(line.AsSpan(0, 64))),
        ];
    }
}
