using System.Text.RegularExpressions;

namespace ImagePipeline.Services.Tests.Documentation;

/// <summary>What every page and project owes its reader, and what no file of the repository may say.</summary>
public sealed partial class Pages
{
    const int MostReadmeLines = 15;

    static readonly string[] NotOurs = [".git", "node_modules", "artifacts", "bin", "obj", ".imagepipeline", "__pycache__"];
    static readonly string[] Binary = [".onnx", ".png", ".jpg", ".npy", ".bin"];

    public static TheoryData<string> Projects =>
    [
        .. new[] { "shared", "services", "tests" }
            .SelectMany(folder => Directory.GetFiles(RepositoryFiles.At(folder), "*.csproj", SearchOption.AllDirectories))
            .Select(project => Path.GetRelativePath(RepositoryFiles.Root, Path.GetDirectoryName(project)!)),
    ];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_project_says_what_it_is_for_in_a_few_lines(string project)
    {
        var lines = File.ReadAllLines(RepositoryFiles.At(project, "README.md"));

        Assert.Equal($"# {Path.GetFileName(project)}", lines[0]);
        Assert.InRange(lines.Length, 4, MostReadmeLines);
    }

    [Fact]
    public void Links_between_pages_lead_to_files()
    {
        var broken = Files(new DirectoryInfo(RepositoryFiles.Root)).Where(file => file.Extension == ".md")
            .SelectMany(page => Markdown.Links(page.FullName)
                .Where(link => !Path.Exists(Path.Combine(page.DirectoryName!, link)))
                .Select(link => $"{Path.GetRelativePath(RepositoryFiles.Root, page.FullName)}: {link}"));

        Assert.Empty(broken);
    }

    [Fact]
    public void No_file_names_a_package_host_or_a_folder_of_somebodys_machine()
    {
        var files = Files(new DirectoryInfo(RepositoryFiles.Root)).Where(file => !Binary.Contains(file.Extension)).ToArray();
        var found = files.SelectMany(file => Forbidden().Matches(File.ReadAllText(file.FullName))
            .Select(match => $"{Path.GetRelativePath(RepositoryFiles.Root, file.FullName)}: {match.Value}"));

        Assert.Empty(found);
        Assert.True(files.Length > 200, $"only {files.Length} files were read");
    }

    [Theory]
    [InlineData("from /ho" + "me/somebody/images")]
    [InlineData("registry." + "npmjs.org/left-pad")]
    [InlineData(@"in C:\Us" + @"ers\somebody")]
    public void What_is_forbidden_is_recognised(string text) => Assert.Matches(Forbidden(), text);

    [Theory]
    [InlineData("/usr/lib/postgresql")]
    [InlineData("shared/work/")]
    [InlineData("~/home/")]
    public void Common_paths_are_not(string text) => Assert.DoesNotMatch(Forbidden(), text);

    static IEnumerable<FileInfo> Files(DirectoryInfo folder) => folder.EnumerateFileSystemInfos()
        .Where(entry => !NotOurs.Contains(entry.Name) && entry.LinkTarget is null)
        .SelectMany(entry => entry is DirectoryInfo child ? Files(child) : [(FileInfo)entry]);

    [GeneratedRegex(@"registry\.npmjs|api\.nuget\.org|[\w-]+\.pkg\.dev|\b(?:artifactor[y]|verdacci[o])\b|"
        + @"(?<![\w.~…/*-])/(?:home|Users|root|work|mnt|srv)/\w|[A-Z]:\\Users\\\w", RegexOptions.IgnoreCase)]
    private static partial Regex Forbidden();
}
