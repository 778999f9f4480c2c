using System.Text.Json;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>A group as <c>duplicates --json</c> prints it.</summary>
/// <param name="Representative">URI of the file that the others are compared with.</param>
/// <param name="Keep">URI of the file suggested to be kept.</param>
/// <param name="Reason">Why.</param>
/// <param name="Files">Every file by its URI.</param>
sealed record ListedGroup(string Representative, string Keep, string Reason, IReadOnlyDictionary<string, JsonElement> Files)
{
    /// <summary>Kinds of all members but the representative.</summary>
    public IEnumerable<string> Kinds => Members("kind");

    /// <summary>What turned the members, those left as they were not among them.</summary>
    public IEnumerable<string> Transforms => Members("transform").Where(word => word.Length > 0);

    /// <summary>Reads the whole list.</summary>
    public static List<ListedGroup> Parse(JsonElement list) => [.. list.EnumerateArray().Select(group =>
    {
        var files = group.GetProperty("files").EnumerateArray().ToDictionary(file => file.GetProperty("uri").GetString()!);
        return new ListedGroup(
            files.Single(file => file.Value.GetProperty("representative").GetBoolean()).Key,
            group.GetProperty("keep").GetString()!, group.GetProperty("reason").GetString()!, files);
    })];

    /// <inheritdoc/>
    public override string ToString() => $"{string.Join(", ", Files.Keys)} ({string.Join(", ", Kinds)})";

    IEnumerable<string> Members(string property) => Files.Values.Where(file => !file.GetProperty("representative").GetBoolean())
        .Select(file => file.GetProperty(property).GetString() ?? "");
}
