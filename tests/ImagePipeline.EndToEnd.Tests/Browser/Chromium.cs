using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace ImagePipeline.EndToEnd.Tests.Browser;

/// <summary>A headless Chromium with a profile of its own, which reaches this machine alone.</summary>
sealed class Chromium : IAsyncDisposable
{
    const int StartSeconds = 60;

    static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    readonly Process _process;
    readonly string _profile;

    Chromium(Process process, string profile) => (_process, _profile) = (process, profile);

    /// <summary>Whether it is installed.</summary>
    public static bool IsThere => Places.Any(File.Exists);

    /// <summary>The program; without it the test is skipped at a desk and fails in CI.</summary>
    public static string Require()
    {
        var program = Places.FirstOrDefault(File.Exists);
        Assert.False(program is null && Environment.GetEnvironmentVariable("CI") == "true", "chromium must be installed in CI");
        Assert.SkipWhen(program is null, "needs Chromium: apt-get install chromium");
        return program!;
    }

    /// <summary>Starts a browser.</summary>
    public static async Task<Chromium> StartAsync()
    {
        var profile = Directory.CreateTempSubdirectory("ip-chromium-").FullName;
        string[] options =
        [
            "--headless=new", "--remote-debugging-port=0", $"--user-data-dir={profile}", "--no-first-run", "--disable-gpu",
            "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
            "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            // Its sandbox refuses root.
            .. Environment.IsPrivilegedProcess ? ["--no-sandbox"] : Array.Empty<string>(),
            "about:blank",
        ];
        var start = new ProcessStartInfo(Require(), options) { RedirectStandardError = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var browser = new Chromium(process, profile);
        var started = Stopwatch.GetTimestamp();
        while (browser.PortOrNull() is null)
        {
            Assert.False(process.HasExited, "chromium ended before it was ready");
            Assert.True(Stopwatch.GetElapsedTime(started).TotalSeconds < StartSeconds, $"chromium was not ready within {StartSeconds} s");
            await Task.Delay(50);
        }

        return browser;
    }

    /// <summary>Opens a page in the browser's only tab.</summary>
    public async Task<BrowserPage> OpenAsync(string url, int widthPx = 1280, int heightPx = 900)
    {
        using var http = new HttpClient();
        using var made = await http.PutAsync(new Uri($"http://127.0.0.1:{PortOrNull()}/json/new?about:blank"), null);
        var target = await made.Content.ReadFromJsonAsync<JsonElement>();
        return await BrowserPage.OpenAsync(new Uri(target.GetProperty("webSocketDebuggerUrl").GetString()!), url, widthPx, heightPx);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // A helper of the browser that writes its last file; the folder is temporary anyway.
        }
    }

    int? PortOrNull()
    {
        var file = Path.Combine(_profile, "DevToolsActivePort");
        return File.Exists(file) && File.ReadAllLines(file) is [var port, ..] && int.TryParse(port, out var number) ? number : null;
    }
}
