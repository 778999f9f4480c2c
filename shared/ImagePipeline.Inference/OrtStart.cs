using System.Runtime.ExceptionServices;
using Microsoft.ML.OnnxRuntime;

namespace ImagePipeline.Inference;

/// <summary>
/// Starts ONNX Runtime. It matches the process's command line against a recursive regular expression as it starts, some 300 bytes of
/// stack per character: a command with a thousand file names overflows an ordinary stack and ends the process without an exception.
/// So the start happens once, on a thread whose stack takes the longest command line that Linux allows (2 MiB). The pages are
/// reserved, not used.
/// </summary>
static class OrtStart
{
    const int StackBytes = 1 << 30;

    static readonly Lazy<OrtEnv> Started = new(() =>
    {
        OrtEnv? environment = null;
        Exception? trouble = null;
        var starter = new Thread(() =>
        {
            try
            {
                environment = OrtEnv.Instance();
            }
#pragma warning disable CA1031 // Handed to the caller, on whose behalf this thread runs.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                trouble = fault;
            }
        }, StackBytes)
        { Name = "ONNX Runtime start" };
        starter.Start();
        starter.Join();
        if (trouble is not null)
        {
            ExceptionDispatchInfo.Throw(trouble);
        }

        return environment!;
    });

    /// <summary>The environment, started.</summary>
    public static OrtEnv Environment => Started.Value;
}
