using System.ComponentModel.DataAnnotations;

namespace ImagePipeline.Storage;

/// <summary>Which database to use. Exactly one of <see cref="ConnectionString"/> and <see cref="DataDirectory"/> is set.</summary>
public sealed record DatabaseOptions
{
    /// <summary>A PostgreSQL server with pgvector, as an Npgsql connection string. Default none.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>Folder of the embedded database, which is kept in its subfolder <c>db</c>. Default none.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>How long the embedded database may take to start, its very first start included. Default one minute;
    /// a slow disk may need more.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the embedded database waits without clients before it exits. Default 15 seconds: the next
    /// command then finds it running. Counts for the process that starts it.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan IdleExit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Most connections this process opens. Default 8: enough for one writer per stage.</summary>
    [Range(1, 90)]
    public int MaxConnections { get; init; } = 8;

    /// <summary>How often a session of a PostgreSQL server looks whether this process is still there while it works or waits for a lock.
    /// Default 5 seconds: so long at most a killed process is in the way of the others. 0 leaves it to the server, which finds out when
    /// it answers; needed behind a pooler that refuses startup options, and for servers on Windows, which cannot look.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ClientCheck { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether opening brings the schema up to date, which only its owner may. Default yes; services do not: they refuse a
    /// schema that is not theirs.</summary>
    public bool Migrate { get; init; } = true;
}
