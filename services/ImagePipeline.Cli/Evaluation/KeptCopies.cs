using System.Globalization;

namespace ImagePipeline.Cli.Evaluation;

/// <summary>The copies of a trial as files, for whoever wants to look at them or to ask another tool the same.</summary>
static class KeptCopies
{
    /// <summary>Writes every copy as <c>number-edit.jpg</c>, and <c>pairs.csv</c> with copy, original and 1, as <c>evaluate pairs</c> reads it.</summary>
    /// <param name="folder">Made; must not hold anything yet.</param>
    /// <param name="trial">What made the copies.</param>
    /// <param name="result">Which copies it made.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="UsageException">The folder holds something.</exception>
    public static async Task WriteAsync(string folder, CopyTrial trial, CopyTrialResult result, CancellationToken cancel)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new UsageException($"'{folder}' holds files already. Name a new folder for the copies.");
        }

        Directory.CreateDirectory(folder);
        await using var pairs = new StreamWriter(Path.Combine(folder, "pairs.csv"));
        foreach (var query in result.Queries)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{query.Original:D5}-{result.Edits[query.Edit].Name}.jpg");
            await File.WriteAllBytesAsync(Path.Combine(folder, name), await trial.MakeAsync(result, query, cancel), cancel);
            await pairs.WriteLineAsync($"{name},{Quoted(Path.GetFullPath(result.References[query.Original]))},1");
        }
    }

    static string Quoted(string field) => $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
