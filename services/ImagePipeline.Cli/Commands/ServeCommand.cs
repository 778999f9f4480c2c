using System.CommandLine;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using ImagePipeline.Cli.Fleet;
using ImagePipeline.Cli.Output;
using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Hosting.Fleet;
using ImagePipeline.Hosting.Health;
using ImagePipeline.Hosting.Telemetry;
using ImagePipeline.Search.Http;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>serve</c>: the search service and its page, over the database of this machine.</summary>
static class ServeCommand
{
    static readonly Option<int> Port = new("--port")
    {
        Description = "Port on loopback; 0 takes a free one. Another address is set by Http__Url, and needs a key (Access__Keys__0__…).",
        HelpName = "N",
        DefaultValueFactory = _ => 8090,
    };

    static readonly Option<bool> Open = new("--open") { Description = "Open the page in the browser." };

    public static Command Create() => new Command(
        "serve", "Search, look through the copies and decide about them in the browser, or over HTTP. Ends with Ctrl-C.")
    {
        Port, Open, CommonOptions.Device, CommonOptions.Precision,
    }.WithExamples("""
        imagepipeline serve --open
        imagepipeline serve --port 9000
        curl -F file=@holiday.jpg "http://127.0.0.1:8090/v1/search?k=10"
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        if (parsed.GetValue(Port) is < 0 or > 65535)
        {
            throw new UsageException("--port takes 0 to 65535.");
        }

        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        await using var app = Build(parsed, session.Database);
        try
        {
            await app.StartAsync(cancel);
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            throw new UsageException($"{app.Configuration["Http:Url"]} is in use. Choose another port with --port, or 0 for a free one.");
        }

        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Terminal.Line(address);
        await Console.Error.WriteLineAsync(
            $"imagepipeline: serving {session.Database.Description} at {address}; Ctrl-C ends it. API: {address}/openapi/v1.json");
        if (parsed.GetValue(Open))
        {
            await ShowAsync(address);
        }

        await app.WaitForShutdownAsync(cancel);
        return ExitCode.Done;
    }

    static WebApplication Build(ParseResult parsed, Database database)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning)
            .AddSimpleConsole(console => console.SingleLine = true)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        (string Key, string? Value)[] chosen =
            [("Provider", parsed.GetValue(CommonOptions.Device)), ("Precision", parsed.GetValue(CommonOptions.Precision))];
        foreach (var (key, value) in chosen)
        {
            if (value is not (null or "auto"))
            {
                builder.Configuration[$"Model:{key}"] = value;
            }
        }

        try
        {
            builder.Services.AddPipelineTelemetry("imagepipeline-serve");
            builder.AddPipelineHealth(parsed.GetValue(Port));
            builder.Services.TryAddSingleton(TimeProvider.System);
            builder.AddSearchApi();
            builder.Services.AddPipelineStores(database).AddObjectStores(builder.Configuration)
                .AddReadyCheck("database", (_, ready) => database.RequireAsync(ready));
            builder.Services.AddSingleton(FleetCommandOptions.Clusters()).AddClusters().AddHostedService<ServedClusters>();
            if (builder.Configuration[RabbitMqOptions.UriVariable] is { Length: > 0 })
            {
                builder.Services.AddSingleton(builder.Broker()).AddSingleton<BrokerQueues>();
            }

            var app = builder.Build();
            app.MapPipelineHealth();
            return app.MapSearchApi();
        }
        catch (ValidationException fault)
        {
            throw new UsageException(fault.Message);
        }
    }

    static async Task ShowAsync(string address)
    {
        try
        {
            using var browser = Process.Start(new ProcessStartInfo(address) { UseShellExecute = true });
        }
        catch (Exception fault) when (fault is Win32Exception or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"imagepipeline: no browser starts here ({fault.Message}); open {address} yourself.");
        }
    }
}
