using System.Globalization;
using System.Text;

namespace ImagePipeline.Hosting.Telemetry;

/// <summary>The rules of Prometheus' text format 0.0.4. Units stand in names, as its naming rules ask; the format has no line for them.</summary>
static class PrometheusText
{
    static readonly Dictionary<string, string> UnitSuffixes = new(StringComparer.Ordinal)
    {
        ["s"] = "seconds",
        ["ms"] = "milliseconds",
        ["By"] = "bytes",
        ["%"] = "percent",
        ["1"] = "ratio",
    };

    /// <summary>The metric's name: letters, digits, <c>_</c>, with its unit, and <c>_total</c> for a counter.</summary>
    public static string MetricName(string name, string? unit, string kind)
    {
        var metric = LabelName(name);
        if (unit is not null && UnitSuffixes.TryGetValue(unit, out var suffix)
            && !metric.EndsWith("_" + suffix, StringComparison.Ordinal))
        {
            metric += "_" + suffix;
        }

        return kind == "counter" && !metric.EndsWith("_total", StringComparison.Ordinal) ? metric + "_total" : metric;
    }

    /// <summary>Labels in order of name, as they stand between the braces.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 0)
        {
            return "";
        }

        var sorted = tags.ToArray();
        Array.Sort(sorted, static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        var text = new StringBuilder();
        foreach (var (name, value) in sorted)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(LabelName(name)).Append("=\"");
            AppendEscaped(text, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", quotes: true);
            text.Append('"');
        }

        return text.ToString();
    }

    /// <summary>The same labels and the upper bound of a bucket.</summary>
    public static string WithBound(string labels, double bound) =>
        labels.Length == 0 ? $"le=\"{Number(bound)}\"" : $"{labels},le=\"{Number(bound)}\"";

    /// <summary>Help as one line.</summary>
    public static string EscapeHelp(string help)
    {
        var text = new StringBuilder(help.Length);
        AppendEscaped(text, help, quotes: false);
        return text.ToString();
    }

    /// <summary>One line of a value.</summary>
    public static void WriteSample(TextWriter text, string name, string labels, double value)
    {
        text.Write(name);
        if (labels.Length > 0)
        {
            text.Write('{');
            text.Write(labels);
            text.Write('}');
        }

        text.Write(' ');
        text.Write(Number(value));
        text.Write('\n');
    }

    static string Number(double value) => double.IsNaN(value) ? "NaN"
        : double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);

    static string LabelName(string name)
    {
        var text = new StringBuilder(name.Length + 1);
        foreach (var letter in name)
        {
            text.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        }

        return text.Length > 0 && char.IsAsciiDigit(text[0]) ? text.Insert(0, '_').ToString() : text.ToString();
    }

    static void AppendEscaped(StringBuilder text, string value, bool quotes)
    {
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '"' when quotes => text.Append("\\\""),
                _ => text.Append(letter),
            };
        }
    }
}
