using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Hosting.Health;
using ImagePipeline.Hosting.Telemetry;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ValidationResult = System.ComponentModel.DataAnnotations.ValidationResult;

namespace ImagePipeline.Hosting.Fleet;

/// <summary>What every service of the fleet is made of: configuration, logs, telemetry, health, the bus, and an orderly end.</summary>
public static class FleetHost
{
    const int Stopped = 0;
    const int BadConfiguration = 2;
    const int Unavailable = 3;
    const int Interrupted = 130;

    /// <summary>Runs a service until it is asked to stop.</summary>
    /// <param name="args">The command line; configuration like the environment.</param>
    /// <param name="name">Of the service, such as hasher.</param>
    /// <param name="port">Of health and metrics on loopback, where none is configured.</param>
    /// <param name="compose">Adds options, storage and the bus.</param>
    /// <param name="map">Maps what the service answers besides health, if anything.</param>
    /// <returns>The exit code: 0 stopped, 2 wrong configuration, 3 a part is missing.</returns>
    public static async Task<int> RunAsync(
        string[] args, string name, int port, Func<WebApplicationBuilder, Task> compose, Action<WebApplication>? map = null)
    {
        var signals = new Signals();
        try
        {
            var builder = WebApplication.CreateSlimBuilder(args);
            AddLogging(builder.Logging);
            builder.Services.AddPipelineTelemetry($"imagepipeline-{name}");
            builder.AddPipelineHealth(port);
            var fleet = builder.Bind<FleetOptions>("Fleet");
            builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(fleet.DrainSeconds + 5));
            builder.Services.TryAddSingleton(TimeProvider.System);
            await compose(builder);

            await using var app = builder.Build();
            app.MapPipelineHealth();
            map?.Invoke(app);
            using var watching = signals.Watch(() => app.Logger.Draining(fleet.DrainSeconds));
            app.Lifetime.ApplicationStarted.Register(() => app.Logger.Started(name, string.Join(' ', app.Urls)));
            await app.RunAsync();
            return Stopped;
        }
        catch (ValidationException fault)
        {
            return await SayAsync(name, fault.Message, BadConfiguration);
        }
        catch (OperationCanceledException) when (signals.Any)
        {
            // Asked to stop while it was starting.
            return Stopped;
        }
#pragma warning disable CA1031 // The edge of the process: one line for people, a code for the supervisor.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return await SayAsync(name, fault.Message, Unavailable);
        }
    }

    /// <summary>Reads a section of the configuration into a record, checks it, and registers it.</summary>
    /// <exception cref="ValidationException">A value is out of its range; the message names the key.</exception>
    public static T Bind<T>(this WebApplicationBuilder builder, string section)
        where T : class, new()
    {
        var options = Read<T>(builder.Configuration, section);
        builder.Services.Replace(ServiceDescriptor.Singleton(options));
        return options;
    }

    /// <summary>The connection string of the database.</summary>
    /// <exception cref="ValidationException">There is none.</exception>
    public static string Postgres(this WebApplicationBuilder builder) =>
        builder.Configuration[FleetOptions.PostgresVariable] is { Length: > 0 } address
            ? address
            : throw new ValidationException(
                $"{FleetOptions.PostgresVariable} is not set. Set it to the connection string of a PostgreSQL with pgvector: \"Host=…;Database=…\".");

    /// <summary>The broker, from <c>IMAGEPIPELINE_RABBITMQ</c> and section <c>RabbitMq</c>.</summary>
    /// <exception cref="ValidationException">There is none, or it is no address of one.</exception>
    public static RabbitMqOptions Broker(this WebApplicationBuilder builder)
    {
        var options = Read<RabbitMqOptions>(builder.Configuration, "RabbitMq");
        options = options with { Uri = builder.Configuration[RabbitMqOptions.UriVariable] ?? options.Uri };
        return Uri.TryCreate(options.Uri, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps"
            ? options
            : throw new ValidationException(
                $"{RabbitMqOptions.UriVariable} is not set or no broker's address. Set it to amqp://user:password@host:port/vhost.");
    }

    /// <summary>Adds the bus over the configured broker, and the pausing of its queues.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="register">Names the consumers.</param>
    /// <param name="paused">Tells which queues are paused.</param>
    public static void AddFleetBus(
        this WebApplicationBuilder builder, Action<IBusRegistrationConfigurator> register, Func<IServiceProvider, PausedQueues> paused)
    {
        var drain = TimeSpan.FromSeconds(Read<FleetOptions>(builder.Configuration, "Fleet").DrainSeconds);
        var broker = builder.Broker();
        builder.Services.AddSingleton(broker).AddSingleton<BrokerQueues>().AddSingleton(paused).AddSingleton<QueueGate>()
            .AddHostedService(provider => provider.GetRequiredService<QueueGate>())
            .AddReceiveEndpointObserver(provider => provider.GetRequiredService<QueueGate>())
            .AddSingleton<StageLedger>().AddSingleton<CpuSlots>();
        builder.Services.AddPipelineBus(broker, drain, register);
    }

    static T Read<T>(ConfigurationManager configuration, string section)
        where T : class, new()
    {
        T options;
        try
        {
            options = configuration.GetSection(section).Get<T>() ?? new();
        }
        catch (InvalidOperationException fault)
        {
            throw new ValidationException($"configuration {section}: {fault.Message}", fault);
        }

        var wrong = new List<ValidationResult>();
        return Validator.TryValidateObject(options, new ValidationContext(options), wrong, validateAllProperties: true)
            ? options
            : throw new ValidationException($"configuration {section}: {string.Join(" ", wrong.Select(one => one.ErrorMessage))}");
    }

    static void AddLogging(ILoggingBuilder logging)
    {
        logging.AddPipelineLogging();
        if (!Console.IsOutputRedirected)
        {
            logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true);
        }

        logging.AddFilter("Microsoft", LogLevel.Warning);
    }

    static async Task<int> SayAsync(string name, string message, int code)
    {
        await Console.Error.WriteLineAsync($"imagepipeline-{name}: {message}");
        return code;
    }

    /// <summary>Counts SIGTERM and SIGINT; the first asks for an orderly end, the second ends at once.</summary>
    sealed class Signals : IDisposable
    {
        readonly List<PosixSignalRegistration> _registrations = [];
        int _count;

        public bool Any => Volatile.Read(ref _count) > 0;

        public Signals Watch(Action atFirst)
        {
            foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT })
            {
                _registrations.Add(PosixSignalRegistration.Create(signal, _ =>
                {
                    if (Interlocked.Increment(ref _count) > 1)
                    {
                        Environment.Exit(Interrupted);
                    }

                    atFirst();
                }));
            }

            return this;
        }

        public void Dispose() => _registrations.ForEach(registration => registration.Dispose());
    }
}
