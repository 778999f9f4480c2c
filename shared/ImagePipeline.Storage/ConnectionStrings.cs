using System.Globalization;
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

    /// <summary>Lets the server find out soon that this process is dead: by itself it does not while a session waits for a lock, and where
    /// the whole machine is gone only after two hours. Given at the start of a session, because a pool resets what is set later.
    /// What the connection string says itself holds.</summary>
    /// <param name="address">The connection string.</param>
    /// <param name="interval">How often a session looks.</param>
    public static void AddClientCheck(this NpgsqlConnectionStringBuilder address, TimeSpan interval) => address.Options = string.Create(
        CultureInfo.InvariantCulture,
        $"-c client_connection_check_interval={interval.TotalMilliseconds:0} "
        + $"-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3 {address.Options}").TrimEnd();
}
