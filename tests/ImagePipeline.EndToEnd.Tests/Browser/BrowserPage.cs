using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace ImagePipeline.EndToEnd.Tests.Browser;

/// <summary>A page as a person meets it: what is seen, clicked at its place in the window, typed and chosen.</summary>
sealed class BrowserPage : IAsyncDisposable
{
    const int DeadlineSeconds = 45;

    readonly ConcurrentQueue<string> _errors = [];
    readonly ConcurrentQueue<string> _requests = [];
    TaskCompletionSource<JsonElement>? _choosing;
    DevTools _tools = null!;

    /// <summary>What went wrong in the page: exceptions, console errors, requests that failed.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>Addresses that the page asked for.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Opens an address in a tab.</summary>
    public static async Task<BrowserPage> OpenAsync(Uri tab, string url, int widthPx, int heightPx)
    {
        var page = new BrowserPage();
        page._tools = await DevTools.ConnectAsync(tab, page.Take);
        foreach (var domain in new[] { "Page", "Runtime", "Log", "Network", "DOM" })
        {
            await page._tools.SendAsync($"{domain}.enable");
        }

        await page._tools.SendAsync("Page.setInterceptFileChooserDialog", new { enabled = true });
        await page._tools.SendAsync(
            "Emulation.setDeviceMetricsOverride", new { width = widthPx, height = heightPx, deviceScaleFactor = 1, mobile = false });
        await page.GoAsync(url);
        return page;
    }

    /// <summary>Goes to an address.</summary>
    public async Task GoAsync(string url)
    {
        await _tools.SendAsync("Page.navigate", new { url });
        await UntilAsync("document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    /// <summary>The value of an expression.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression)
    {
        var answer = await _tools.SendAsync(
            "Runtime.evaluate", new { expression, returnByValue = true, awaitPromise = true });
        Assert.False(answer.TryGetProperty("exceptionDetails", out var fault), $"{expression}: {fault}");
        return answer.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    /// <summary>Text of the first element that a selector finds.</summary>
    public async Task<string> TextAsync(string selector) =>
        (await EvaluateAsync($"document.querySelector({Quoted(selector)})?.innerText ?? ''")).GetString()!;

    /// <summary>How many elements a selector finds.</summary>
    public async Task<int> CountAsync(string selector) =>
        (await EvaluateAsync($"document.querySelectorAll({Quoted(selector)}).length")).GetInt32();

    /// <summary>Waits until an expression is true.</summary>
    public async Task UntilAsync(string expression)
    {
        var started = Stopwatch.GetTimestamp();
        while ((await EvaluateAsync($"Boolean({expression})")).ValueKind != JsonValueKind.True)
        {
            if (Stopwatch.GetElapsedTime(started).TotalSeconds > DeadlineSeconds)
            {
                var picture = Path.Combine(Path.GetTempPath(), $"imagepipeline-page-{Guid.NewGuid():n}.png");
                await ShootAsync(picture);
                Assert.Fail($"not within {DeadlineSeconds} s: {expression}\n{string.Join('\n', _errors)}\nwhat was seen: {picture}");
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Clicks an element with the mouse, where it is seen.</summary>
    /// <param name="selector">Finds it; the first, once there is one.</param>
    /// <param name="text">Only where its text begins so.</param>
    public Task ClickAsync(string selector, string text = "") => ClickAtAsync(selector, 0.5, 0.5, text);

    /// <summary>Clicks a place in an element.</summary>
    /// <param name="selector">Finds it.</param>
    /// <param name="across">From its left, 0 to 1.</param>
    /// <param name="down">From its top, 0 to 1.</param>
    /// <param name="text">Only where its text begins so.</param>
    public async Task ClickAtAsync(string selector, double across, double down, string text = "")
    {
        (across, down) = (Math.Clamp(across, 0.02, 0.98), Math.Clamp(down, 0.02, 0.98));
        var find = $"[...document.querySelectorAll({Quoted(selector)})].find(e => e.innerText.startsWith({Quoted(text)}))";
        await UntilAsync($"{find} && !{find}.disabled");
        var place = await EvaluateAsync(
            $$"""
            (() => {
              const element = {{find}};
              element.scrollIntoView({ block: 'center' });
              const box = element.getBoundingClientRect();
              const [x, y] = [box.left + box.width * {{JsonSerializer.Serialize(across)}}, box.top + box.height * {{JsonSerializer.Serialize(down)}}];
              const top = document.elementFromPoint(x, y);
              return { x, y, isSeen: element.contains(top) || Boolean(top?.contains(element)), above: top?.outerHTML.slice(0, 200) };
            })()
            """);
        Assert.True(place.GetProperty("isSeen").GetBoolean(), $"{selector} '{text}' lies under {place.GetProperty("above")}");
        var (x, y) = (place.GetProperty("x").GetDouble(), place.GetProperty("y").GetDouble());
        foreach (var type in new[] { "mouseMoved", "mousePressed", "mouseReleased" })
        {
            await _tools.SendAsync(
                "Input.dispatchMouseEvent", new { type, x, y, button = type == "mouseMoved" ? "none" : "left", clickCount = 1 });
        }
    }

    /// <summary>Clicks what opens the dialog of files, and chooses one.</summary>
    public async Task ChooseFileAsync(string selector, string path, string text = "")
    {
        _choosing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await ClickAsync(selector, text);
        var dialog = await _choosing.Task.WaitAsync(TimeSpan.FromSeconds(DeadlineSeconds));
        await _tools.SendAsync(
            "DOM.setFileInputFiles", new { files = new[] { path }, backendNodeId = dialog.GetProperty("backendNodeId").GetInt32() });
    }

    /// <summary>Clicks a field, types over what it holds and leaves it by Enter.</summary>
    public async Task TypeAsync(string selector, string text)
    {
        await ClickAsync(selector);
        await EvaluateAsync($"document.querySelector({Quoted(selector)}).select?.()");
        await _tools.SendAsync("Input.insertText", new { text });
        await PressAsync("Enter");
    }

    /// <summary>Presses a key: a letter, or a name such as Enter, ArrowRight, Escape.</summary>
    public async Task PressAsync(string key)
    {
        var code = key switch
        {
            "Enter" => 13,
            "Escape" => 27,
            "ArrowLeft" => 37,
            "ArrowRight" => 39,
            "ArrowDown" => 40,
            "Tab" => 9,
            _ => char.ToUpperInvariant(key[0]),
        };
        var text = key == "Enter" ? "\r" : key.Length == 1 ? key : null;
        await _tools.SendAsync("Input.dispatchKeyEvent", new { type = text is null ? "rawKeyDown" : "keyDown", key, text, windowsVirtualKeyCode = code });
        await _tools.SendAsync("Input.dispatchKeyEvent", new { type = "keyUp", key, windowsVirtualKeyCode = code });
    }

    /// <summary>What is in the window, as a PNG file; for looking at it.</summary>
    public async Task ShootAsync(string path)
    {
        var shot = await _tools.SendAsync("Page.captureScreenshot", new { format = "png" });
        await File.WriteAllBytesAsync(path, shot.GetProperty("data").GetBytesFromBase64());
    }

    public ValueTask DisposeAsync() => _tools.DisposeAsync();

    static string Quoted(string text) => JsonSerializer.Serialize(text);

    void Take(string name, JsonElement parameters)
    {
        switch (name)
        {
            case "Runtime.exceptionThrown":
                _errors.Enqueue(parameters.GetProperty("exceptionDetails").ToString());
                break;
            case "Runtime.consoleAPICalled" when parameters.GetProperty("type").GetString() is "error" or "assert":
                _errors.Enqueue(parameters.GetProperty("args").ToString());
                break;
            case "Log.entryAdded" when parameters.GetProperty("entry").GetProperty("level").GetString() == "error":
                _errors.Enqueue(parameters.GetProperty("entry").ToString());
                break;
            case "Network.requestWillBeSent":
                _requests.Enqueue(parameters.GetProperty("request").GetProperty("url").GetString()!);
                break;
            case "Page.fileChooserOpened":
                _choosing?.TrySetResult(parameters);
                break;
        }
    }
}
