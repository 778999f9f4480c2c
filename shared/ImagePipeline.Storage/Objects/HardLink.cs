using System.Runtime.InteropServices;

namespace ImagePipeline.Storage.Objects;

/// <summary>Gives a file its name unless another has it. On Linux and macOS .NET looks first and renames then, and of several writers
/// all may win; a link is made by one.</summary>
static partial class HardLink
{
    const int AlreadyThere = 17;

    /// <summary>Moves <paramref name="from"/> to <paramref name="to"/>, which must be on the same volume.</summary>
    /// <returns>False where there is a file already.</returns>
    public static bool TryMove(string from, string to)
    {
        if (!OperatingSystem.IsWindows())
        {
            if (Link(from, to) == 0)
            {
                return true;
            }

            if (Marshal.GetLastPInvokeError() == AlreadyThere)
            {
                return false;
            }
        }

        // Windows, where this is one step, or a file system without links.
        try
        {
            File.Move(from, to, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(to))
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);
}
