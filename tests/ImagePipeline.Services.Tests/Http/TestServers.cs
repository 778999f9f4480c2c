using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace ImagePipeline.Services.Tests.Http;

/// <summary>The servers that infra/test-servers keeps for the tests.</summary>
static class TestServers
{
    /// <summary>Their addresses; without them the test is skipped at a desk and fails in CI.</summary>
    public static (string Postgres, Uri RabbitMq, Uri Management) Require()
    {
        var postgres = Find("IMAGEPIPELINE_TEST_POSTGRES");
        var rabbitMq = Find("IMAGEPIPELINE_TEST_RABBITMQ");
        var management = Find("IMAGEPIPELINE_TEST_RABBITMQ_MANAGEMENT");
        var absent = postgres is null || rabbitMq is null || management is null;
        Assert.False(absent && Environment.GetEnvironmentVariable("CI") == "true", "infra/test-servers must run in CI");
        Assert.SkipWhen(absent, "needs PostgreSQL and RabbitMQ: infra/test-servers start");
        return (postgres!, new Uri(rabbitMq!), new Uri(management!));
    }

    /// <summary>Runs SQL outside any transaction.</summary>
    public static async Task RunAsync(string postgres, string sql)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(postgres);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Asks the broker's management API.</summary>
    public static async Task ManageAsync(Uri management, HttpMethod method, string path)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(management, path));
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(management.UserInfo))));
        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    static string? Find(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named ? named : Started.Value.GetValueOrDefault(variable);

    static readonly Lazy<Dictionary<string, string>> Started = new(() =>
    {
        if (!OperatingSystem.IsLinux() || Run("status") is null || Run("env") is not { } exports)
        {
            return [];
        }

        return exports.Split('\n').Select(line => line.Split(['=', ' '], 3)).Where(parts => parts is ["export", _, _])
            .ToDictionary(parts => parts[1], parts => parts[2].Trim('\''));
    });

    static string? Run(string verb)
    {
        using var process = Process.Start(new ProcessStartInfo(RepositoryFiles.At("infra", "test-servers"), verb)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _ = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? said : null;
    }
}
