using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using ImagePipeline.Contracts;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Storage;
using Npgsql;

namespace ImagePipeline.EndToEnd.Tests.Fleet.Harness;

/// <summary>A database and a virtual host of its own on the servers, and the services that work on them.</summary>
sealed class FleetPlace : IAsyncDisposable
{
    /// <summary>Longest wait for something to come true; longer than a batch that gives up after all its retries.</summary>
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    /// <summary>What the services may take for batches at work when they are stopped.</summary>
    static readonly TimeSpan Drain = TimeSpan.FromSeconds(20);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>More pairs than any image here has: which pairs are stored is then a function of the pictures. With the usual limits those
    /// of the images that were there already are kept, and so it depends on the order of arrival.</summary>
    public static readonly (string Key, string Value)[] AllPairs = [("Relate__SimilarPerImage", "1000"), ("Relate__PairsPerImage", "1000")];

    readonly FleetServers _servers;
    readonly Database _database;
    readonly Dictionary<string, string> _environment;
    readonly List<ServiceRun> _services = [];
    readonly string _name;

    FleetPlace(FleetServers servers, Database database, string name, string postgres, string store, string madeRoot)
    {
        (_servers, _database, _name, Postgres) = (servers, database, name, postgres);
        MadePrefix = new Uri(madeRoot).AbsolutePath.TrimStart('/');
        Broker = new() { Uri = new Uri(servers.RabbitMq, "/" + name).ToString(), Management = servers.Management.ToString() };
        _environment = new()
        {
            ["IMAGEPIPELINE_POSTGRES"] = postgres,
            ["IMAGEPIPELINE_RABBITMQ"] = Broker.Uri,
            ["Http__Url"] = "http://127.0.0.1:0",
            ["AWS_ACCESS_KEY_ID"] = servers.AccessKey,
            ["AWS_SECRET_ACCESS_KEY"] = servers.SecretKey,
            ["S3__ServiceUrl"] = store,
            ["S3__ForcePathStyle"] = "true",
            ["Objects__Root"] = madeRoot,
            ["Fleet__DrainSeconds"] = $"{Drain.TotalSeconds:0}",
            ["Regroup__QuietSeconds"] = "2",
            ["Ingest__Poll"] = "00:00:01",
        };
    }

    /// <summary>Connection string of the database.</summary>
    public string Postgres { get; }

    /// <summary>Keys of what the services make, such as thumbnails, begin with this.</summary>
    public string MadePrefix { get; }

    /// <summary>The virtual host.</summary>
    public RabbitMqOptions Broker { get; private set; }

    /// <summary>Connections to the database.</summary>
    public NpgsqlDataSource Source => _database.Source;

    /// <summary>Jobs in the database.</summary>
    public JobStore Jobs => new(Source);

    /// <summary>Services started here.</summary>
    public IReadOnlyList<ServiceRun> Services => _services;

    /// <summary>Makes one.</summary>
    /// <param name="servers">The servers.</param>
    /// <param name="store">What the services take for the S3 server.</param>
    /// <param name="madeRoot">Where thumbnails go.</param>
    /// <param name="settings">More environment of every service.</param>
    public static async Task<FleetPlace> CreateAsync(
        FleetServers servers, string store, string madeRoot, params (string Key, string Value)[] settings)
    {
        var name = $"fleet_{Guid.NewGuid():n}";
        await servers.ExecuteAsync($"CREATE DATABASE {name}");
        await servers.ManageAsync(HttpMethod.Put, $"api/vhosts/{name}");
        var postgres = new NpgsqlConnectionStringBuilder(servers.Postgres) { Database = name }.ToString();
        // Another test may kill the server: a pooled connection would be dead, and say so to the first who takes it.
        var unpooled = new NpgsqlConnectionStringBuilder(postgres) { Pooling = false }.ToString();
        var place = new FleetPlace(
            servers, await Database.OpenAsync(new() { ConnectionString = unpooled }), name, postgres, store, madeRoot);
        foreach (var (key, value) in settings)
        {
            place._environment[key] = value;
        }

        if (place._environment.TryGetValue("RabbitMq__DeliveryLimit", out var limit))
        {
            place.Broker = place.Broker with { DeliveryLimit = int.Parse(limit, CultureInfo.InvariantCulture) };
        }

        return place;
    }

    /// <summary>Starts services; a name may come twice.</summary>
    public void Start(params string[] names) =>
        _services.AddRange(names.Select(name => ServiceRun.Start(name, _environment)));

    /// <summary>SIGTERM to services at the same time; each of which must end with 0 in its time.</summary>
    /// <exception cref="InvalidOperationException">One did not.</exception>
    public async Task StopAsync(params IEnumerable<string> names)
    {
        await Task.WhenAll(names.Select(async name =>
        {
            var (code, took) = await Of(name).StopAsync(Drain);
            if (code != 0 || took > Drain + ServiceRun.Overhead)
            {
                throw new InvalidOperationException($"{name} ended with {code} after {took}\n{Tail(Of(name).Said)}");
            }
        }));
    }

    /// <summary>Starts the services that are not running.</summary>
    public void StartAgain()
    {
        foreach (var service in _services.Where(service => !service.IsRunning))
        {
            service.StartAgain();
        }
    }

    /// <summary>Messages in all queues that no consumer has; exact.</summary>
    public async Task<long> ReadyAsync() =>
        (await new BrokerQueues(Broker).CountReadyAsync(default)).Sum(depth => depth.Ready ?? 0);

    /// <summary>The first service of that name.</summary>
    public ServiceRun Of(string name) => _services.First(service => service.Name == name);

    /// <summary>Begins a job over objects, as <c>ingest --detach</c> does.</summary>
    public Task<Guid> BeginAsync(string source) =>
        Jobs.CreateAsync(new JobRequest { Kind = JobKind.S3, Source = source, Roots = [source] }, null);

    /// <summary>Waits until something holds. Servers may be away meanwhile; services that end because of that are started again.</summary>
    /// <exception cref="TimeoutException">It did not; with what the services said last.</exception>
    public async Task UntilAsync(string what, Func<Task<bool>> holds, TimeSpan? limit = null)
    {
        var started = Stopwatch.GetTimestamp();
        var fault = "";
        while (true)
        {
            try
            {
                if (await holds())
                {
                    return;
                }

                fault = "";
            }
            catch (Exception away) when (away is DbException or BrokerException or IOException or HttpRequestException
                or TimeoutException or OperationCanceledException)
            {
                fault = away.Message;
            }

            if (Stopwatch.GetElapsedTime(started) > (limit ?? Deadline))
            {
                throw new TimeoutException(
                    $"not in time: {what}. {fault}\n{await StateAsync()}\n"
                    + string.Join("\n", _services.Select(service => $"---- {service.Name}\n{Tail(service.Said)}")));
            }

            _services.ForEach(service => service.Look());
            _services.ForEach(service => service.Supervise());
            await Task.Delay(Pause);
        }
    }

    /// <summary>Waits until every service is connected to the broker.</summary>
    public Task UntilReadyAsync() => UntilAsync("the services are ready", () => Task.FromResult(
        _services.All(service => service.IsReady)));

    /// <summary>Waits until a job is done, every stage has an answer for every image, look-alikes are grouped and no message is left.</summary>
    public async Task UntilAtRestAsync(Guid jobId, TimeSpan? limit = null)
    {
        await UntilAsync("the job ends", async () => await Jobs.StateAsync(jobId) is JobState.Done, limit);
        await UntilAsync("every stage has answered", async () => (await RowsAsync(FleetBooks.ToDo)).All(row => row.EndsWith(" 0", StringComparison.Ordinal)), limit);
        await UntilAsync("the queues are empty", AreQueuesEmptyAsync, limit);
        await UntilAsync("look-alikes are grouped", async () => (await RowsAsync(FleetBooks.NotGrouped)).Count == 0, limit);
    }

    /// <summary>Whether no message is ready and none is in work.</summary>
    public async Task<bool> AreQueuesEmptyAsync() =>
        await ReadyAsync() == 0 && await UnacknowledgedAsync() == 0;

    /// <summary>Messages that consumers have and have not acknowledged; the management's figure, which lags by some seconds.</summary>
    public async Task<long> UnacknowledgedAsync() =>
        (await new BrokerQueues(Broker).ReadAsync(default)).Sum(depth => depth.InWork ?? 0);

    /// <summary>All dead letters.</summary>
    public async Task<IReadOnlyList<DeadLetter>> LettersAsync()
    {
        await using var box = await DeadLetterBox.OpenAsync(Broker, default);
        return await box.ListAsync(QueueName.All, 100_000, default);
    }

    /// <summary>The rows of a query, each as text with its columns parted by spaces.</summary>
    public async Task<List<string>> RowsAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(
                at => reader.IsDBNull(at) ? "-" : Convert.ToString(reader.GetValue(at), CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    /// <summary>One number.</summary>
    public async Task<long> CountAsync(string sql) => long.Parse((await RowsAsync(sql))[0], CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }

        await _database.DisposeAsync();
        await _servers.ManageAsync(HttpMethod.Delete, $"api/vhosts/{_name}");
        await _servers.ExecuteAsync($"DROP DATABASE {_name} WITH (FORCE)");
    }

    async Task<string> StateAsync()
    {
        try
        {
            var depths = await new BrokerQueues(Broker).ReadAsync(default);
            return string.Join('\n', (await RowsAsync(FleetBooks.ToDo)).Concat(await RowsAsync(FleetBooks.Counts)).Concat(await RowsAsync(FleetBooks.Errors))
                .Concat(depths.Select(depth => $"{depth}")).Concat((await LettersAsync()).Take(5).Select(letter => $"{letter}")));
        }
        catch (Exception away) when (away is DbException or BrokerException)
        {
            return away.Message;
        }
    }

    static string Tail(string said) => said.Length > 3000 ? said[^3000..] : said;
}
