using System.Runtime.InteropServices;

namespace ImagePipeline.Imaging.Vips;

/// <summary>Start-up of libvips, once per process, and its figures.</summary>
public static unsafe class VipsLibrary
{
    static readonly string[] Loaders =
    [
        "VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadNsgif", "VipsForeignLoadHeif",
        "VipsForeignLoadTiff",
    ];

    /// <summary>Warnings, critical and plain messages; not the informational ones, which come in pairs.</summary>
    const int LogLevels = 0x1c;

    static readonly Lazy<(nint ImageType, nint BlobType)> Started = new(Start);

    internal static nint ImageType => Started.Value.ImageType;

    internal static nint BlobType => Started.Value.BlobType;

    /// <summary>Version of the native library, such as "8.18.7".</summary>
    /// <exception cref="DllNotFoundException">The library is not beside the program.</exception>
    public static string Version
    {
        get
        {
            _ = Started.Value;
            return Marshal.PtrToStringUTF8(Native.vips_version_string())!;
        }
    }

    /// <summary>Blocks of memory that libvips holds now; the same before and after a piece of work that leaks nothing.</summary>
    public static int LiveAllocations => Native.vips_tracked_get_allocs();

    /// <summary>Bytes in those blocks.</summary>
    public static long LiveBytes => (long)Native.vips_tracked_get_mem();

    static (nint, nint) Start()
    {
        if (Native.vips_init("imagepipeline") != 0)
        {
            throw new VipsException(LastError());
        }

        // Only the loaders named here can ever see a byte from outside.
        Native.vips_block_untrusted_set(1);
        Native.vips_operation_block_set("VipsForeignLoad", 1);
        foreach (var loader in Loaders)
        {
            Native.vips_operation_block_set(loader, 0);
        }

        // The operation cache would keep the address of input that is no longer pinned; parallelism is ours, across images.
        Native.vips_cache_set_max(0);
        Native.vips_concurrency_set(1);
        Native.g_log_set_handler("VIPS", LogLevels, &Native.DropLogLine, 0);
        Native.g_log_set_handler("GLib-GObject", LogLevels, &Native.DropLogLine, 0);
        return (Native.g_type_from_name("VipsImage"), Native.g_type_from_name("VipsBlob"));
    }

    /// <summary>What libvips noted last, on one line of at most 200 characters. Process-global and possibly of another thread: a hint for
    /// people, never a basis for a decision.</summary>
    internal static string LastError()
    {
        var text = Native.vips_error_buffer_copy();
        var words = Marshal.PtrToStringUTF8(text) ?? "";
        Native.g_free(text);
        words = string.Join("; ", words.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct());
        return words.Length == 0 ? "no details" : words.Length <= 200 ? words : words[..200];
    }
}

/// <summary>An operation of libvips failed.</summary>
sealed class VipsException(string message) : Exception(message);
