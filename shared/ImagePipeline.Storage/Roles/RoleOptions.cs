using System.ComponentModel.DataAnnotations;

namespace ImagePipeline.Storage.Roles;

/// <summary>The three roles of a database: who owns the tables, who writes them, who reads them. Several collections on one server
/// want names of their own, since roles belong to the server.</summary>
public sealed record RoleOptions
{
    const string Identifier = "^[a-z_][a-z0-9_]{0,62}$";

    /// <summary>Owns the schema and runs migrations. Default imagepipeline_owner.</summary>
    [RegularExpression(Identifier)]
    public string Owner { get; init; } = "imagepipeline_owner";

    /// <summary>What the services are: reads and writes rows, makes nothing. Default imagepipeline_writer.</summary>
    [RegularExpression(Identifier)]
    public string Writer { get; init; } = "imagepipeline_writer";

    /// <summary>For analysts: reads. Default imagepipeline_reader.</summary>
    [RegularExpression(Identifier)]
    public string Reader { get; init; } = "imagepipeline_reader";

    /// <summary>The owner's password. Default none: the owner then cannot log in, and migrations are run by an administrator.</summary>
    public string? OwnerPassword { get; init; }

    /// <summary>The writer's password; none leaves that of an existing role.</summary>
    public string? WriterPassword { get; init; }

    /// <summary>The reader's password; none leaves that of an existing role.</summary>
    public string? ReaderPassword { get; init; }

    /// <summary>How long a reader's statement may take unless the reader says otherwise. Default one minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan ReaderTimeout { get; init; } = TimeSpan.FromMinutes(1);
}
