using System.ComponentModel;
using System.Diagnostics;

namespace ImagePipeline.Services.Tests.Telemetry;

/// <summary>Prometheus' own checker of metrics, where it is installed (Debian: prometheus).</summary>
static class Promtool
{
    /// <summary>Fails where the text is not in the format. Advice on naming is no failure: names of others are theirs to choose.</summary>
    public static void Check(string metrics)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"])
            {
                RedirectStandardInput = true,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            process.StandardInput.Write(metrics);
            process.StandardInput.Close();
            var said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            // 1: not in the format; 3: in the format, with advice.
            Assert.True(process.ExitCode is 0 or 3, said);
        }
        catch (Win32Exception)
        {
            TestContext.Current.SendDiagnosticMessage("promtool is not installed; the format was checked by our own tests alone.");
        }
    }
}
