using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ImagePipeline.EndToEnd.Tests.Browser;

/// <summary>Speaks to a page of Chromium by its DevTools protocol (https://chromedevtools.github.io/devtools-protocol/): commands by number,
/// events as they come.</summary>
sealed class DevTools : IAsyncDisposable
{
    const int LongestMessage = 64 << 20;

    static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly ClientWebSocket _socket = new();
    readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _waiting = [];
    readonly SemaphoreSlim _sending = new(1);
    readonly Action<string, JsonElement> _event;
    Task _reading = Task.CompletedTask;
    int _last;

    DevTools(Action<string, JsonElement> onEvent) => _event = onEvent;

    /// <summary>Connects to a page.</summary>
    /// <param name="address">Its web socket.</param>
    /// <param name="onEvent">Receives every event: name and parameters.</param>
    public static async Task<DevTools> ConnectAsync(Uri address, Action<string, JsonElement> onEvent)
    {
        var tools = new DevTools(onEvent);
        using var patience = new CancellationTokenSource(Patience);
        await tools._socket.ConnectAsync(address, patience.Token);
        tools._reading = tools.ReadAsync();
        return tools;
    }

    /// <summary>Sends a command and returns its result; fails with what the browser says is wrong.</summary>
    public async Task<JsonElement> SendAsync(string method, object? parameters = null)
    {
        var id = Interlocked.Increment(ref _last);
        var answer = _waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters ?? new JsonObject() }, Json);
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }

        return await answer.Task.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _sending.Dispose();
    }

    async Task ReadAsync()
    {
        var buffer = new byte[LongestMessage];
        while (_socket.State == WebSocketState.Open)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                length += part.Count;
            }
            while (!part.EndOfMessage);

            if (length > 0)
            {
                using var message = JsonDocument.Parse(buffer.AsMemory(0, length));
                Take(message.RootElement.Clone());
            }
        }
    }

    void Take(JsonElement message)
    {
        if (!message.TryGetProperty("id", out var id))
        {
            _event(message.GetProperty("method").GetString()!, message.GetProperty("params"));
        }
        else if (_waiting.TryRemove(id.GetInt32(), out var answer))
        {
            if (message.TryGetProperty("error", out var error))
            {
                answer.SetException(new InvalidOperationException($"the browser said: {error}"));
            }
            else
            {
                answer.SetResult(message.GetProperty("result"));
            }
        }
    }
}
