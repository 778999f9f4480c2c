using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using ImagePipeline.Storage;

namespace ImagePipeline.Services.Tests.Http;

/// <summary>The ingest service as a process of its own, with a database, a virtual host and a folder of objects that are its alone.</summary>
public sealed class IngestProcess : IAsyncDisposable
{
    public const string Key = "a-key-that-nobody-else-has";

    const int DeadlineSeconds = 60;

    readonly string _name = $"http_{Guid.NewGuid():n}";
    readonly string _postgres;
    readonly Uri _management;
    readonly Process _process;
    readonly StringBuilder _said = new();
    Database? _database;

    IngestProcess(string postgres, Uri rabbitMq, Uri management, IReadOnlyDictionary<string, string> settings)
    {
        (_postgres, _management) = (postgres, management);
        Url = $"http://127.0.0.1:{FreePort()}";
        Client = new HttpClient { BaseAddress = new Uri(Url), Timeout = TimeSpan.FromSeconds(DeadlineSeconds) };
        var start = new ProcessStartInfo(Program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Directory.CreateDirectory(Folder).FullName,
        };
        start.Environment["IMAGEPIPELINE_POSTGRES"] = $"{postgres};Database={_name};Password={Password}";
        start.Environment["IMAGEPIPELINE_RABBITMQ"] = new Uri(rabbitMq, "/" + _name).ToString();
        start.Environment["Objects__Root"] = "file://" + ObjectRoot;
        start.Environment["Upload__SpoolDirectory"] = Folder;
        start.Environment["Http__Url"] = Url;
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
    }

    /// <summary>A password that is nowhere but in the connection string.</summary>
    public static string Password => "pa55word-of-the-database";

    public static string Program => RepositoryFiles.At("artifacts", "bin", "ImagePipeline.Ingest", "release", "ImagePipeline.Ingest");

    public string Url { get; }

    public HttpClient Client { get; }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"ip-http-{Guid.NewGuid():n}");

    public string ObjectRoot => Path.Combine(Folder, "objects");

    /// <summary>Everything the service wrote, logs and errors.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts the service and waits until it answers, or until it has ended.</summary>
    public static async Task<IngestProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var (postgres, rabbitMq, management) = TestServers.Require();
        Assert.True(File.Exists(Program), $"{Program} is not built");
        var service = new IngestProcess(
            postgres, rabbitMq, management, settings.ToDictionary(setting => setting.Name, setting => setting.Value));
        await TestServers.RunAsync(postgres, $"CREATE DATABASE {service._name}");
        await TestServers.ManageAsync(management, HttpMethod.Put, $"api/vhosts/{service._name}");
        service._database = await Database.OpenAsync(new() { ConnectionString = $"{postgres};Database={service._name}", MaxConnections = 2 });
        service.Launch();
        return service;
    }

    /// <summary>Waits until the service is ready, or fails with what it said.</summary>
    public async Task<IngestProcess> ReadyAsync()
    {
        await UntilAsync(async () => await StatusAsync("/health/ready") == HttpStatusCode.OK);
        return this;
    }

    public async Task<HttpStatusCode> StatusAsync(string path)
    {
        try
        {
            using var response = await Client.GetAsync(path);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    /// <summary>Waits until something holds, or fails with what the service said.</summary>
    public async Task UntilAsync(Func<Task<bool>> holds)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            Assert.False(_process.HasExited, $"the service ended with {(_process.HasExited ? _process.ExitCode : 0)}: {Said}");
            Assert.True(Stopwatch.GetElapsedTime(started).TotalSeconds < DeadlineSeconds, $"not within {DeadlineSeconds} s: {Said}");
            await Task.Delay(100);
        }
    }

    /// <summary>Waits for the end of a service that should not stay.</summary>
    public async Task<int> EndAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(DeadlineSeconds));
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    /// <summary>Asks the service to end, as a supervisor does, and waits for it.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        return await EndAsync();
    }

    /// <summary>Waits until the service has said something; its last words may come after its end.</summary>
    public async Task SaidAsync(string words)
    {
        var started = Stopwatch.GetTimestamp();
        while (!Said.Contains(words, StringComparison.Ordinal))
        {
            Assert.True(Stopwatch.GetElapsedTime(started).TotalSeconds < DeadlineSeconds, $"'{words}' is not in: {Said}");
            await Task.Delay(50);
        }
    }

    /// <summary>Uploads one body.</summary>
    public async Task<(HttpStatusCode Status, System.Text.Json.JsonElement Answer)> UploadAsync(
        HttpContent content, string? key = Key, string path = "/v1/images")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (key is not null)
        {
            request.Headers.Add("X-Api-Key", key);
        }

        using var response = await Client.SendAsync(request);
        var answer = response.Content.Headers.ContentLength == 0
            ? default
            : await response.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>();
        return (response.StatusCode, answer);
    }

    /// <summary>The single row of a query, as text with its columns parted by spaces.</summary>
    public async Task<string> RowAsync(string sql)
    {
        await using var result = await new ReadOnlyQuery(_database!.Source).RunAsync(sql, new());
        var rows = new List<string>();
        await foreach (var row in result.RowsAsync())
        {
            rows.Add(string.Join(' ', row.Select(value => value ?? "-")));
        }

        return string.Join('\n', rows);
    }

    /// <summary>Counts of the job of uploads, and whether they add up with the rows.</summary>
    public Task<string> CountsAsync() => RowAsync(
        """
        SELECT discovered, ingested, already_known, rejected, failed,
               discovered = ingested + already_known + rejected + failed
               AND ingested = (SELECT count(*) FROM image)
        FROM ingest_job WHERE kind = 'upload'
        """);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Client.Dispose();
        await _database!.DisposeAsync();
        await TestServers.RunAsync(_postgres, $"DROP DATABASE {_name} WITH (FORCE)");
        await TestServers.ManageAsync(_management, HttpMethod.Delete, $"api/vhosts/{_name}");
        Directory.Delete(Folder, recursive: true);
    }

    void Launch()
    {
        Directory.CreateDirectory(ObjectRoot);
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    void Keep(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line);
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
