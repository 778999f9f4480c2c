using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace ImagePipeline.EndToEnd.Tests.Fleet.Harness;

/// <summary>The real servers that infra/test-servers keeps: PostgreSQL, RabbitMQ, S3.</summary>
sealed record FleetServers(string Postgres, Uri RabbitMq, Uri Management, Uri Store, string AccessKey, string SecretKey)
{
    public const string Absent =
        "no PostgreSQL, RabbitMQ and S3 server: infra/test-servers start && eval \"$(infra/test-servers env)\"";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>The servers that the environment names; null where one is missing.</summary>
    public static FleetServers? Find()
    {
        static string? Of(string name) => Environment.GetEnvironmentVariable("IMAGEPIPELINE_TEST_" + name) is { Length: > 0 } value
            ? value : null;
        return Of("POSTGRES") is { } postgres && Of("RABBITMQ") is { } rabbitMq && Of("RABBITMQ_MANAGEMENT") is { } management
            && Of("S3") is { } store && Of("S3_ACCESS_KEY") is { } key && Of("S3_SECRET_KEY") is { } secret
            ? new(postgres, new Uri(rabbitMq), new Uri(management), new Uri(store), key, secret)
            : null;
    }

    /// <summary>kill -9 of a server that all tests share, and its start; it comes back with what it had stored.</summary>
    /// <param name="name">postgres or rabbitmq.</param>
    public static async Task CrashAsync(string name)
    {
        await ScriptAsync("kill", name);
        await ScriptAsync("start", name);
    }

    /// <summary>Runs SQL outside any transaction.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(Postgres);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Makes or removes something by the broker's management.</summary>
    public async Task ManageAsync(HttpMethod method, string path)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(Management, path));
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(Management.UserInfo))));
        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    static async Task ScriptAsync(string verb, string name)
    {
        using var script = Process.Start(new ProcessStartInfo(Path.Combine(Checkout.Root, "infra", "test-servers"), [verb, name])
        {
            RedirectStandardOutput = true,
        })!;
        // The servers that it starts keep its streams open, so they are not read to their end.
        using var limit = new CancellationTokenSource(Patience);
        await script.WaitForExitAsync(limit.Token);
        if (script.ExitCode != 0)
        {
            throw new InvalidOperationException($"infra/test-servers {verb} {name} ended with {script.ExitCode}");
        }
    }
}
