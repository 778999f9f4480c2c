using System.Runtime.CompilerServices;
using System.Text;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>Reads comma-separated values: cells may be quoted, hold line breaks then, and double their quotes (RFC 4180).</summary>
public static class CsvRows
{
    /// <summary>The rows, without their line breaks; empty lines are left out. The list is the same one each time.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<string>> ReadAsync(
        TextReader reader, [EnumeratorCancellation] CancellationToken cancel)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var isQuoted = false;
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            for (var at = 0; at < line.Length; at++)
            {
                if (line[at] == '"' && isQuoted && at + 1 < line.Length && line[at + 1] == '"')
                {
                    cell.Append('"');
                    at++;
                }
                else if (line[at] == '"')
                {
                    isQuoted = !isQuoted;
                }
                else if (line[at] == ',' && !isQuoted)
                {
                    cells.Add(cell.ToString());
                    cell.Clear();
                }
                else
                {
                    cell.Append(line[at]);
                }
            }

            if (isQuoted)
            {
                cell.Append('\n');
                continue;
            }

            cells.Add(cell.ToString());
            cell.Clear();
            if (cells.Count > 1 || cells[0].Length > 0)
            {
                yield return cells;
            }

            cells.Clear();
        }
    }
}
