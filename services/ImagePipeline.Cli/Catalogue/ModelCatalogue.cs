using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImagePipeline.Cli.Catalogue;

/// <summary>The models that <c>models pull</c> knows by name: <c>catalogue.json</c>, part of the program.</summary>
public static class ModelCatalogue
{
    static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Every entry.</summary>
    public static IReadOnlyList<CatalogueEntry> Entries { get; } = Read();

    /// <summary>The entry of a name, or null.</summary>
    public static CatalogueEntry? Find(string name) => Entries.FirstOrDefault(entry => entry.Name == name);

    static List<CatalogueEntry> Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("catalogue.json")
            ?? throw new InvalidOperationException("The resource catalogue.json is missing from the assembly.");
        return JsonSerializer.Deserialize<List<CatalogueEntry>>(stream, Options)!;
    }
}
