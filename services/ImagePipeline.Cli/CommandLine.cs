using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using ImagePipeline.Cli.Catalogue;
using ImagePipeline.Cli.Embedded;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Inference;
using ImagePipeline.Ingest.Jobs;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;
using Npgsql;
using RabbitMQ.Client.Exceptions;

namespace ImagePipeline.Cli;

/// <summary>Parses, runs, and turns what went wrong into one clear line and an exit code.</summary>
static class CommandLine
{
    static readonly Dictionary<Command, string> Examples = [];

    /// <summary>Adds examples to the help of a command.</summary>
    public static Command WithExamples(this Command command, string examples)
    {
        Examples[command] = examples;
        return command;
    }

    /// <summary>Runs a command; a bad command line or a missing file is exit code 2, a missing part 3.</summary>
    /// <param name="command">The command.</param>
    /// <param name="action">Its work; returns the exit code.</param>
    public static Command Does(this Command command, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        command.SetAction(async (parsed, cancel) =>
        {
            try
            {
                return await action(parsed, cancel);
            }
            catch (UsageException fault)
            {
                return Say(fault.Message, ExitCode.BadUsage);
            }
            catch (Exception fault) when (fault is ModelException or DatabaseException or StageFaultException or DllNotFoundException
                or BrokerException or StoreUnavailableException or DownloadException)
            {
                return Say(fault.Message, ExitCode.Unavailable);
            }
            catch (JobSourceException fault)
            {
                return Say(fault.Message, ExitCode.BadUsage);
            }
            catch (NpgsqlException fault) when (fault.InnerException is IOException)
            {
                return Say($"the database ended: {fault.Message}. What was stored is safe; the same command goes on where this one stopped.", ExitCode.Unavailable);
            }
            catch (NpgsqlException fault)
            {
                return Say($"the database said: {fault.Message}", ExitCode.Unavailable);
            }
            catch (Exception fault) when (fault is UnauthorizedAccessException or DirectoryNotFoundException or FileNotFoundException)
            {
                return Say(fault.Message, ExitCode.BadUsage);
            }
            catch (IOException fault)
            {
                return Say(fault.Message, ExitCode.Unavailable);
            }
            catch (RabbitMQClientException fault)
            {
                return Say($"the broker said: {fault.Message}", ExitCode.Unavailable);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return Say("stopped.", ExitCode.Interrupted);
            }
        });
        return command;
    }

    /// <summary>Parses <paramref name="args"/> and runs what they name.</summary>
    public static async Task<int> InvokeAsync(RootCommand root, string[] args)
    {
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        }

        if (args.Length == 0)
        {
            await root.Parse(["--help"]).InvokeAsync();
            return ExitCode.BadUsage;
        }

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            // An unknown word also leaves the command missing; the word is what the user wants to read about.
            foreach (var error in parsed.UnmatchedTokens.Count > 0 ? parsed.Errors.TakeLast(1) : parsed.Errors)
            {
                Say(error.Message, ExitCode.BadUsage);
            }

            return Say($"see: imagepipeline {Name(parsed)}--help", ExitCode.BadUsage);
        }

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = true,
            // Time to finish the batch at work after Ctrl-C.
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        });
    }

    static int Say(string message, int exitCode)
    {
        Console.Error.WriteLine($"imagepipeline: {message}");
        return exitCode;
    }

    /// <summary>The words that lead to the command, each with a blank behind it; none for the root.</summary>
    static string Name(ParseResult parsed)
    {
        var name = "";
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Command: not RootCommand } command; at = at.Parent)
        {
            name = $"{command.Command.Name} {name}";
        }

        return name;
    }

    sealed class HelpWithExamples(HelpAction plain) : SynchronousCommandLineAction
    {
        /// <summary>Who asks for help need not have given the arguments that the command wants.</summary>
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var result = plain.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            if (Examples.TryGetValue(parseResult.CommandResult.Command, out var examples))
            {
                output.WriteLine("Examples:");
                foreach (var line in examples.Split('\n'))
                {
                    output.WriteLine($"  {line}");
                }

                output.WriteLine();
            }

            output.WriteLine("Exit codes: 0 done, 1 some images failed, 2 bad usage, 3 a part is missing, 130 stopped by Ctrl-C.");
            return result;
        }
    }
}

/// <summary>The command line names something that is not there or does not fit; the message says what to do.</summary>
public sealed class UsageException(string message) : Exception(message);
