using System.CommandLine;
using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>demo</c>: the main job on pictures that the program draws itself.</summary>
static class DemoCommand
{
    static readonly Argument<string> Folder = new("folder")
    {
        Description = "Where the pictures go.",
        DefaultValueFactory = _ => "imagepipeline-demo",
    };

    static readonly Option<int> Pictures = new("--pictures")
    {
        Description = "How many files, 20 to 100000.",
        HelpName = "N",
        DefaultValueFactory = _ => 120,
    };

    static readonly Option<int> Seed = new("--seed") { Description = "Other pictures for another number.", HelpName = "N", DefaultValueFactory = _ => 1 };

    /// <summary>A hidden file that says who drew the pictures, so that the same folder can be drawn again.</summary>
    const string Mark = ".imagepipeline-demo";

    public static Command Create() => new Command(
        "demo", "Draw sample pictures and edited copies of them, and run the main job on them.")
    {
        Folder, Pictures, Seed, CommonOptions.Model, CommonOptions.Device, CommonOptions.Precision, CommonOptions.Workers,
    }.WithExamples("""
        imagepipeline demo
        imagepipeline demo /tmp/pictures --pictures 1000 --data /tmp/demo-index
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        if (parsed.GetValue(Pictures) is var count && count is < 20 or > 100_000)
        {
            throw new UsageException("--pictures takes 20 to 100000.");
        }

        var folder = Path.GetFullPath(parsed.GetValue(Folder)!);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()
            && !File.Exists(Path.Combine(folder, Mark)))
        {
            throw new UsageException($"'{folder}' holds other files; name an empty folder.");
        }

        await Console.Error.WriteLineAsync($"imagepipeline: drawing {count:N0} pictures into {folder} ...");
        await WriteAsync(folder, SampleFolder.Plan(count, parsed.GetValue(Seed)), cancel);
        return await RunCommand.RunAsync(parsed, [folder], cancel);
    }

    /// <summary>Draws side by side; a file that is there already is not drawn again, so that a second demo only shows the summary.</summary>
    static async Task WriteAsync(string folder, IEnumerable<SamplePicture> pictures, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, Mark), "Drawn by imagepipeline demo.\n", cancel);
        await Parallel.ForEachAsync(pictures, cancel, async (picture, token) =>
        {
            var path = Path.Combine(folder, picture.Path);
            if (!File.Exists(path))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await File.WriteAllBytesAsync(path, picture.Bytes(), token);
            }
        });
    }
}
