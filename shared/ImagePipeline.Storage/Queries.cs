using System.Reflection;

namespace ImagePipeline.Storage;

/// <summary>Statements too long to stand in the method that uses them: the embedded files of Sql/.</summary>
static class Queries
{
    public static readonly string ListGroups = Read("list_groups.sql");
    public static readonly string EdgesAt = Read("edges_at.sql");
    public static readonly string TakeLost = Read("take_lost.sql");

    public static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
