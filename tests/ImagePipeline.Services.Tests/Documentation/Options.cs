using System.Globalization;
using System.Reflection;

namespace ImagePipeline.Services.Tests.Documentation;

/// <summary>The table of options in docs/operations.md against the option records of the code.</summary>
public sealed class Options
{
    const string Page = "docs/operations.md";

    static readonly string[] Projects =
    [
        "ImagePipeline.Core", "ImagePipeline.Imaging", "ImagePipeline.Inference", "ImagePipeline.Storage", "ImagePipeline.Hosting",
        "ImagePipeline.Ingest", "ImagePipeline.Hasher", "ImagePipeline.Embedder", "ImagePipeline.Clusterer", "ImagePipeline.Search",
        "imagepipeline",
    ];

    [Fact]
    public void Every_option_is_documented_and_every_documented_option_exists()
    {
        var inCode = Records().SelectMany(Properties).Select(property => $"{property.DeclaringType!.Name}.{property.Name}");

        Assert.Equal(inCode.Order(StringComparer.Ordinal), Documented().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Documented_whole_numbers_are_the_defaults()
    {
        var documented = Documented();
        var compared = 0;
        foreach (var record in Records())
        {
            var defaults = Activator.CreateInstance(record);
            foreach (var property in Properties(record).Where(property => property.PropertyType == typeof(int)))
            {
                var digits = new string([.. documented[$"{record.Name}.{property.Name}"].Where(char.IsAsciiDigit)]);
                if (digits.Length > 0)
                {
                    Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{property.GetValue(defaults)}"), digits);
                    compared++;
                }
            }
        }

        Assert.True(compared >= 10, $"only {compared} defaults were compared");
    }

    /// <summary>Documented default by record and property; an empty first cell goes on with the record above.</summary>
    static Dictionary<string, string> Documented()
    {
        var defaults = new Dictionary<string, string>(StringComparer.Ordinal);
        var record = "";
        foreach (var cells in Markdown.Rows(Page).SkipWhile(cells => cells[0] != "record").Skip(1).TakeWhile(cells => cells.Length == 5))
        {
            record = cells[0].Length > 0 ? Markdown.Code(cells[0]) : record;
            defaults.Add($"{record}.{Markdown.Code(cells[1])}", cells[2]);
        }

        return defaults;
    }

    /// <summary>Every public record of options; the one that only bundles the others is not for readers.</summary>
    static IEnumerable<Type> Records() => Projects.SelectMany(project => Assembly.Load(project).GetExportedTypes())
        .Where(type => type.Name is "ImageLimits" || type.Name.EndsWith("Options", StringComparison.Ordinal))
        .Where(type => type.Name is not "PipelineOptions")
        // What functions of the core are called with, which nobody configures.
        .Where(type => type.Namespace is not "ImagePipeline.Core.Clustering");

    static IEnumerable<PropertyInfo> Properties(Type record) =>
        record.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(property => property.CanWrite);
}
