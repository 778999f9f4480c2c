using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ImagePipeline.Storage.Embedded;

/// <summary>The Node.js process that serves an embedded database.</summary>
sealed class ServerProcess : IDisposable
{
    const string NodeHint = "Install Node.js 20 or newer (https://nodejs.org) or use a PostgreSQL server.";

    readonly Process _process;
    readonly Task<string> _errors;

    ServerProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Close();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts the server; it outlives this process.</summary>
    /// <exception cref="DatabaseException">There is no Node.js, or the server's script is missing.</exception>
    public static ServerProcess Start(DatabaseFolder folder, TimeSpan idleExit)
    {
        // Redirected, for a server that kept the terminal's output open would keep `imagepipeline ... | less` waiting.
        var start = new ProcessStartInfo("node")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
            WorkingDirectory = folder.Root,
        };
        foreach (var argument in (string[])[FindScript(), "--folder", folder.Root])
        {
            start.ArgumentList.Add(argument);
        }
        start.ArgumentList.Add("--idle");
        start.ArgumentList.Add(idleExit.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        if (folder.SocketPath is { } socket)
        {
            start.ArgumentList.Add("--socket");
            start.ArgumentList.Add(socket);
        }
        try
        {
            return new ServerProcess(
                Process.Start(start) ?? throw new DatabaseException($"Node.js did not start. {NodeHint}"));
        }
        catch (Win32Exception error)
        {
            throw new DatabaseException($"The embedded database needs Node.js, and 'node' is not there. {NodeHint}", error);
        }
    }

    /// <summary>What the process said on its way out.</summary>
    public async Task<string> ErrorAsync(CancellationToken cancel) => (await _errors.WaitAsync(cancel)).Trim();

    public void Kill() => _process.Kill();

    /// <summary>Lets go of the process without ending it.</summary>
    public void Dispose() => _process.Dispose();

    /// <summary>Beside a published app, or in the repository.</summary>
    static string FindScript()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            foreach (var place in (string[])["pglite", "native/pglite"])
            {
                var script = Path.Combine(folder, place, "serve.mjs");
                if (File.Exists(script))
                {
                    return script;
                }
            }
        }
        throw new DatabaseException(
            $"The embedded database's script pglite/serve.mjs is neither beside {AppContext.BaseDirectory} nor above it.");
    }
}
