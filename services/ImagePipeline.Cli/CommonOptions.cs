using System.CommandLine;

namespace ImagePipeline.Cli;

/// <summary>Options that every command understands.</summary>
static class CommonOptions
{
    /// <summary>Environment variable read where <c>--postgres</c> is not given.</summary>
    public const string PostgresVariable = "IMAGEPIPELINE_POSTGRES";

    public static readonly Option<string> Data = new("--data")
    {
        Description = "Folder that holds the embedded database.",
        HelpName = "DIR",
        DefaultValueFactory = _ => ".imagepipeline",
        Recursive = true,
    };

    public static readonly Option<string?> Postgres = new("--postgres")
    {
        Description = $"Connection string of a PostgreSQL with pgvector, in place of the embedded one [default: ${PostgresVariable}].",
        HelpName = "\"Host=…\"",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(PostgresVariable),
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print the result as JSON on standard output, and nothing else there.",
        Recursive = true,
    };

    public static readonly Option<bool> NoProgress = new("--no-progress")
    {
        Description = "Show no progress on standard error.",
        Recursive = true,
    };

    public static readonly Option<string?> Model = new("--model")
    {
        Description = "Embedding model: a name that models list shows, an .onnx file or its manifest .json "
            + "[default: the database's active model; the product's own where there is none].",
        HelpName = "M",
    };

    public static readonly Option<string> Device = new Option<string>("--device")
    {
        Description = "Where the model runs: auto, cpu or cuda.",
        DefaultValueFactory = _ => "auto",
    }.AcceptOnlyFromAmong("auto", "cpu", "cuda");

    public static readonly Option<string> Precision = new Option<string>("--precision")
    {
        Description = "What the model computes in: auto (half on CUDA where the model has a file for it), full or half.",
        DefaultValueFactory = _ => "auto",
    }.AcceptOnlyFromAmong("auto", "full", "half");

    public static readonly Option<int> Workers = new("--workers")
    {
        Description = "Pictures decoded at the same time; the default is the number of processors.",
        HelpName = "N",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    /// <summary>Refuses numbers out of a range.</summary>
    public static Option<int> Within(this Option<int> option, int least, int most)
    {
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var given && (given < least || given > most))
            {
                result.AddError(FormattableString.Invariant($"{option.Name} takes {least} to {most}, not {given}."));
            }
        });
        return option;
    }
}
