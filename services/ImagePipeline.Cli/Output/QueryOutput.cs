using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImagePipeline.Storage;
using Spectre.Console;

namespace ImagePipeline.Cli.Output;

/// <summary>Rows of a query as a table, as CSV, or as JSON.</summary>
static class QueryOutput
{
    /// <summary>Prints all rows.</summary>
    public static Task WriteAsync(QueryResult result, bool csv, bool json, CancellationToken cancel) =>
        json ? JsonAsync(result, cancel) : csv ? CsvAsync(result, cancel) : TableAsync(result, cancel);

    static async Task TableAsync(QueryResult result, CancellationToken cancel)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var (name, at) in result.Columns.Select((name, at) => (name, at)))
        {
            var column = new TableColumn(Markup.Escape(name));
            table.AddColumn(IsNumber(result.ColumnTypes[at]) ? column.RightAligned() : column);
        }

        var rows = 0;
        await foreach (var row in result.RowsAsync(cancel))
        {
            table.AddRow([.. row.Select(value => value is null ? new Markup("[grey]null[/]") : (Spectre.Console.Rendering.IRenderable)new Text(value))]);
            rows++;
        }

        Terminal.Out.Write(table);
        Terminal.Out.WriteLine(rows == 1 ? "1 row" : $"{rows:N0} rows");
    }

    static async Task CsvAsync(QueryResult result, CancellationToken cancel)
    {
        Console.Out.WriteLine(string.Join(',', result.Columns.Select(Quote)));
        await foreach (var row in result.RowsAsync(cancel))
        {
            Console.Out.WriteLine(string.Join(',', row.Select(value => value is null ? "" : Quote(value))));
        }
    }

    /// <summary>RFC 4180: quoted where it holds a comma, a quote or a line break, or is empty (an empty field is null).</summary>
    static string Quote(string value) => value.Length == 0 || value.AsSpan().IndexOfAny(",\"\r\n") >= 0
        ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : value;

    static async Task JsonAsync(QueryResult result, CancellationToken cancel)
    {
        var rows = new JsonArray();
        await foreach (var row in result.RowsAsync(cancel))
        {
            var line = new JsonObject();
            for (var at = 0; at < row.Length; at++)
            {
                line[result.Columns[at]] = Value(row[at], result.ColumnTypes[at]);
            }

            rows.Add((JsonNode)line);
        }

        JsonOutput.Write(rows);
    }

    static JsonNode? Value(string? text, string type) => (text, type) switch
    {
        (null, _) => null,
        (_, "boolean") => JsonValue.Create(text == "t"),
        (_, "json" or "jsonb") => JsonNode.Parse(text),
        _ when IsNumber(type) && double.TryParse(text, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) =>
            JsonNode.Parse(JsonSerializer.Serialize(decimal.TryParse(text, CultureInfo.InvariantCulture, out var exact) ? exact : (object)number)),
        _ => JsonValue.Create(text),
    };

    static bool IsNumber(string type) =>
        type is "smallint" or "integer" or "bigint" or "real" or "double precision" || type.StartsWith("numeric", StringComparison.Ordinal);
}
