using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Tests.Hashing;

/// <summary>The recorded output of imagehash and of ThreatExchange's PDQ,
/// tests/golden/hashing/procedural.txt.</summary>
public class HashReferenceTests
{
    public static TheoryData<string> GoldenLines() =>
        [.. File.ReadLines(RepositoryFile("tests/golden/hashing/procedural.txt")).Where(line => !line.StartsWith('#'))];

    [Theory]
    [MemberData(nameof(GoldenLines))]
    public void Every_hash_is_that_of_the_reference_tools(string golden)
    {
        var fields = golden.Split(' ');
        int width = int.Parse(fields[1]), height = int.Parse(fields[2]);

        var hashes = ImageHasher.Compute(ProceduralPicture.Draw(fields[0], width, height), width, height);

        var pdq = Enumerable.Range(0, PdqDihedral.Count).Select(
            position => fields[7 + position] == "-" ? "-" : hashes.PdqVariants[position].ToString());
        string[] actual =
        [
            hashes.Average.ToString(), hashes.Difference.ToString(), hashes.Perceptual.ToString(),
            hashes.PdqQuality.ToString(), .. pdq,
        ];
        Assert.Equal(string.Join('\n', fields[3..]), string.Join('\n', actual));
    }

    [Fact]
    public void Golden_file_covers_every_kind_of_picture()
    {
        Assert.Equal(5, GoldenLines().Select(line => line.Data.Split(' ')[0]).Distinct().Count());
    }

    internal static string RepositoryFile(string path)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ImagePipeline.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Not in the repository.");
        }

        return Path.Combine(folder, path);
    }
}
