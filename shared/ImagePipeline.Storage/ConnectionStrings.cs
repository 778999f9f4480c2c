using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Connection strings that people typed.</summary>
static class ConnectionStrings
{
    /// <summary>Parses one.</summary>
    /// <exception cref="DatabaseException">It is none. The message does not repeat it: there may be a password in it.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string? text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException)
        {
            throw new DatabaseException(
                "The connection string is not one. It looks like: Host=db;Username=me;Password=…;Database=images", fault);
        }
    }
}
