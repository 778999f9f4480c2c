using BenchmarkDotNet.Running;
using ImagePipeline.Benchmarks;

// dotnet run -c Release --project tests/ImagePipeline.Benchmarks -- --list
switch (args)
{
    case []:
    case ["--list"]:
        Runners.Describe(Console.Out);
        return 0;
    case ["--once"]:
        await Runners.OnceAsync(Console.Out);
        return 0;
    case [var name, .. var rest] when Runners.Find(name) is { } runner:
        await runner.RunAsync(rest, Console.Out);
        return Environment.ExitCode;
    case [var option, ..] when option.StartsWith("--", StringComparison.Ordinal):
        BenchmarkSwitcher.FromAssembly(typeof(Runners).Assembly).Run(args);
        return 0;
    default:
        Console.Error.WriteLine($"'{args[0]}' is no runner; see --list.");
        return 2;
}
