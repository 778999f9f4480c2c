using System.Net;
using System.Net.Http.Json;

namespace ImagePipeline.Services.Tests.Search;

/// <summary>The description that the running service gives, against what it answers; and who may ask where there are keys.</summary>
[Collection(nameof(OnSearchHost))]
public sealed class OpenApiDocument(SearchHost host)
{
    const string Key = "a-key-that-nobody-else-has";

    [Fact]
    public async Task Every_path_answers_as_described()
    {
        var document = await host.GetAsync("/openapi/v1.json");
        var id = await host.SomeImageAsync();
        var asked = 0;
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var address = path.Name.Replace("{id}", id, StringComparison.Ordinal)
                    .Replace("{number}", "1", StringComparison.Ordinal)
                    .Replace("{run}", "1", StringComparison.Ordinal)
                    .Replace("{tag}", "a tag", StringComparison.Ordinal)
                    .Replace("{batchId}", Guid.NewGuid().ToString(), StringComparison.Ordinal);
                using var request = new HttpRequestMessage(new HttpMethod(operation.Name), address);
                request.Content = operation.Name is "get" or "delete" ? null : JsonContent.Create(new { dry_run = true });
                using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

                var described = operation.Value.GetProperty("responses").EnumerateObject().Select(one => one.Name);
                Assert.True(
                    described.Contains($"{(int)response.StatusCode}"), $"{operation.Name} {address} answered {response.StatusCode}");
                Assert.NotEmpty(operation.Value.GetProperty("summary").GetString()!);
                asked++;
            }
        }

        Assert.Equal(32, asked);
    }

    [Fact]
    public async Task Every_route_of_the_api_is_described()
    {
        var described = (await host.GetAsync("/openapi/v1.json")).GetProperty("paths").EnumerateObject().Select(path => path.Name).ToHashSet();

        var routes = host.Routes.Where(route => route.StartsWith("/v1/", StringComparison.Ordinal))
            .Select(route => route.Replace(":guid", "", StringComparison.Ordinal).Replace(":int", "", StringComparison.Ordinal).TrimEnd('/')).ToHashSet();

        Assert.Equal(routes.Order(), described.Order());
    }

    [Fact]
    public async Task With_keys_writing_needs_one_and_reading_by_a_foreign_name_too()
    {
        using var client = await host.StartAsync(("Access:Keys:0:Name", "tests"), ("Access:Keys:0:Key", Key));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, HttpMethod.Get, "/v1/status"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, HttpMethod.Get, "/v1/status", ("Host", "rebound.example")));
        Assert.Equal(
            HttpStatusCode.OK, await StatusAsync(client, HttpMethod.Get, "/v1/status", ("Host", "images.example"), ("X-Api-Key", Key)));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, HttpMethod.Post, "/v1/duplicates/resolve"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(client, HttpMethod.Post, "/v1/duplicates/resolve", ("X-Api-Key", Key)));
    }

    [Theory]
    [InlineData("navigate", "document", HttpStatusCode.OK)]
    [InlineData("no-cors", "image", HttpStatusCode.Forbidden)]
    [InlineData("navigate", "iframe", HttpStatusCode.Forbidden)]
    public async Task A_link_of_a_foreign_page_may_lead_here_and_nothing_else(string mode, string destination, HttpStatusCode expected) =>
        Assert.Equal(expected, await StatusAsync(
            host.Client, HttpMethod.Get, "/", ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", destination)));

    static async Task<HttpStatusCode> StatusAsync(HttpClient client, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = method == HttpMethod.Get ? null : JsonContent.Create(new { show = -1 });
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
