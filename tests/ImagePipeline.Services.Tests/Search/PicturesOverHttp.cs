using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using ImagePipeline.Imaging;

namespace ImagePipeline.Services.Tests.Search;

/// <summary>Originals and thumbnails: by id alone, kept for good by who has them.</summary>
[Collection(nameof(OnSearchHost))]
public sealed class PicturesOverHttp(SearchHost host)
{
    [Fact]
    public async Task The_original_is_the_bytes_that_its_id_names()
    {
        var id = await host.SomeImageAsync();

        var bytes = await host.Client.GetByteArrayAsync(new Uri($"/v1/images/{id}/original", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(id.Replace("-", "", StringComparison.Ordinal), Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]);
    }

    [Theory]
    [InlineData(128)]
    [InlineData(512)]
    public async Task A_thumbnail_fits_its_size_and_is_not_sent_twice(int size)
    {
        var path = $"/v1/images/{await host.SomeImageAsync("&min_width=600")}/thumbnail?size={size}";

        using var first = await host.Client.GetAsync(path, TestContext.Current.CancellationToken);
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await host.Client.SendAsync(again, TestContext.Current.CancellationToken);

        var header = ImageProbe.Read(await first.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Header!;
        Assert.Equal(size, Math.Max(header.WidthPx, header.HeightPx));
        Assert.Equal("image/jpeg", first.Content.Headers.ContentType!.MediaType);
        Assert.Equal(TimeSpan.FromDays(365), first.Headers.CacheControl!.MaxAge);
        Assert.Contains(first.Headers.CacheControl.Extensions, part => part.Name == "immutable");
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("/v1/images/00000000-0000-0000-0000-000000000001")]
    [InlineData("/v1/images/00000000-0000-0000-0000-000000000001/thumbnail")]
    [InlineData("/v1/images/00000000-0000-0000-0000-000000000001/original")]
    [InlineData("/v1/images/00000000-0000-0000-0000-000000000001/similar")]
    [InlineData("/v1/images/00000000-0000-0000-0000-000000000001/duplicates")]
    [InlineData("/v1/images/..%2f..%2fetc%2fpasswd/original")]
    [InlineData("/v1/queues")]
    public async Task What_is_not_there_is_not_found(string path)
    {
        var (status, _) = await host.SendAsync(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.NotFound, status);
    }

    [Fact]
    public async Task A_file_that_changed_is_gone_and_not_another_picture()
    {
        var image = (await host.GetAsync("/v1/images?path=nature&limit=1")).GetProperty("images")[0];
        var (id, file) = (image.GetProperty("image_id").GetString(), image.GetProperty("files")[0].GetString()!);
        var (bytes, time) = (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), File.GetLastWriteTimeUtc(file));
        await File.WriteAllBytesAsync(file, ImageEncoder.ToJpeg(new byte[48], 4, 4, 80), TestContext.Current.CancellationToken);

        var (status, problem) = await host.SendAsync(HttpMethod.Get, $"/v1/images/{id}/original");
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(file, time);

        Assert.Equal(HttpStatusCode.Gone, status);
        Assert.Contains("changed", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/page/main.js", "text/javascript")]
    [InlineData("/page/style.css", "text/css")]
    public async Task The_page_says_what_a_browser_may_do(string path, string type)
    {
        using var response = await host.Client.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("default-src 'none'; script-src 'self'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(response.Headers.ETag!.Tag));
        using var second = await host.Client.SendAsync(again, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }
}
