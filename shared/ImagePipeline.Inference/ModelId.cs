using System.Text.RegularExpressions;

namespace ImagePipeline.Inference;

/// <summary>
/// Names one version of one model, and is safe inside an SQL table name: <c>[a-z][a-z0-9_]{0,39}</c>.
/// </summary>
/// <remarks>Vectors are compared only within one id; <c>embedding_</c> and the id name their table.</remarks>
public readonly partial record struct ModelId
{
    /// <summary>
    /// Longest id in characters: PostgreSQL cuts names at 63, and tables and indices add theirs around it.
    /// </summary>
    public const int MaxLength = 40;

    readonly string? _text;

    ModelId(string text) => _text = text;

    /// <summary>Joins name and version with an underscore; hyphens and dots become underscores.</summary>
    /// <exception cref="ArgumentException">The result is not a safe identifier.</exception>
    public static ModelId From(string name, string version) =>
        Parse($"{name}_{version}".Replace('-', '_').Replace('.', '_'));

    /// <summary>Reads an id back, for instance from the database.</summary>
    /// <exception cref="ArgumentException">The text is not a safe identifier.</exception>
    public static ModelId Parse(string text) => Safe().IsMatch(text)
        ? new ModelId(text)
        : throw new ArgumentException($"\"{text}\" is not a model id: it must match {Safe()}.", nameof(text));

    /// <summary>The identifier itself.</summary>
    public override string ToString() => _text ?? throw new InvalidOperationException("This model id was never set.");

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Safe();
}
