using System.Net;

namespace ImagePipeline.EndToEnd.Tests.Browser;

/// <summary><c>serve</c> as a command: beside others, its end, and whom it turns away.</summary>
[Collection(nameof(OnServed))]
public sealed class ServeTests(ServedPictures served)
{
    [Fact]
    public async Task Another_command_works_on_the_database_while_it_is_served()
    {
        Chromium.Require();

        var result = await ImagePipelineProgram.RunAsync("status", "--json", "--data", served.Data);

        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        Chromium.Require();

        var result = await ImagePipelineProgram.RunAsync("serve", "--port", $"{new Uri(served.Url).Port}", "--data", served.Data);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"{served.Url} is in use", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_it_and_that_is_no_error()
    {
        Chromium.Require();
        var (second, _) = await served.ServeAsync(null);
        using var ending = second;

        second.SendInterrupt();
        var result = await second.EndAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("http://127.0.0.1:", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_others_reach_is_refused_without_a_key()
    {
        Chromium.Require();

        var result = await ImagePipelineProgram.RunAsync(
            new Dictionary<string, string> { ["Http__Url"] = "http://0.0.0.0:0" }, "serve", "--data", served.Data);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("Access__Keys__0__Sha256", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host", "rebound.example")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Foreign_pages_are_turned_away(string header, string value)
    {
        Chromium.Require();
        using var client = new HttpClient();
        foreach (var (method, path) in new[] { (HttpMethod.Get, "/v1/status"), (HttpMethod.Put, "/v1/duplicates/verdicts") })
        {
            using var request = new HttpRequestMessage(method, served.Url + path);
            request.Headers.TryAddWithoutValidation(header, value);
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }
    }
}
