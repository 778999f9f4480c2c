using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static ImagePipeline.Imaging.Vips.VipsNative;

namespace ImagePipeline.Imaging.Vips;

/// <summary>The libvips library in this process: started once, on first use, by any thread.</summary>
public static unsafe class VipsRuntime
{
    const int DetailLength = 200;

    // Warnings and above; informational messages come twice per call.
    const int LogLevels = 0x1c;

    static readonly string[] Loaders =
    [
        "VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadNsgif",
        "VipsForeignLoadHeif", "VipsForeignLoadTiff",
    ];

    static readonly Lazy<string?> Started = new(Initialise);
    static long _warnings;

    /// <summary>
    /// Why libvips cannot be used here and what to do about it, or null when it can. Starts the library.
    /// </summary>
    public static string? Problem => Started.Value;

    /// <summary>The version of the native library, for instance "8.18.7".</summary>
    /// <exception cref="InvalidOperationException">libvips cannot be used here.</exception>
    public static string Version
    {
        get
        {
            Start();
            return Marshal.PtrToStringUTF8(vips_version_string())!;
        }
    }

    /// <summary>Bytes of pixel buffers that libvips holds now.</summary>
    public static long TrackedBytes => (long)vips_tracked_get_mem();

    /// <summary>The most bytes of pixel buffers that libvips has held at once since the start.</summary>
    public static long TrackedBytesPeak => (long)vips_tracked_get_mem_highwater();

    /// <summary>Pixel buffers that libvips holds now; back to its earlier value after every decode.</summary>
    public static int TrackedAllocations => vips_tracked_get_allocs();

    /// <summary>Warnings that libvips has logged since the start; they are counted, not printed.</summary>
    public static long Warnings => Interlocked.Read(ref _warnings);

    internal static nuint ImageType { get; private set; }

    internal static nuint BlobType { get; private set; }

    internal static void Start()
    {
        if (Started.Value is { } problem)
        {
            throw new InvalidOperationException(problem);
        }
    }

    /// <summary>The last line of libvips' error text, at most 200 characters, and clears it.</summary>
    /// <remarks>
    /// The text is one buffer for the whole process and may speak of another thread's image: a hint, nothing to decide
    /// on.
    /// </remarks>
    internal static string TakeErrorText()
    {
        var pointer = vips_error_buffer_copy();
        var text = Marshal.PtrToStringUTF8(pointer) ?? "";
        g_free(pointer);
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var line = lines.LastOrDefault("no message");
        var clean = string.Concat(line.Where(c => !char.IsControl(c)));
        return clean.Length <= DetailLength ? clean : clean[..DetailLength];
    }

    static string? Initialise()
    {
        try
        {
            if (vips_init("imagepipeline") != 0)
            {
                return "libvips does not start: " + TakeErrorText();
            }
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException
            or EntryPointNotFoundException)
        {
            return $"libvips is not usable on {RuntimeInformation.RuntimeIdentifier} ({failure.GetType().Name}): builds "
                + "carry it for linux-x64 and osx-arm64; elsewhere put a libvips-cpp 8.18 library beside the program.";
        }
        // Untrusted loaders are off, then all of them, then those are on that the product promises.
        vips_block_untrusted_set(1);
        vips_operation_block_set("VipsForeignLoad", 1);
        foreach (var loader in Loaders)
        {
            vips_operation_block_set(loader, 0);
        }
        // The operation cache would keep addresses of input that is no longer pinned.
        vips_cache_set_max(0);
        // Parallelism is ours, across images.
        vips_concurrency_set(1);
        g_log_set_handler("VIPS", LogLevels, &CountWarning, 0);
        g_log_set_handler("GLib-GObject", LogLevels, &CountWarning, 0);
        ImageType = g_type_from_name("VipsImage");
        BlobType = g_type_from_name("VipsBlob");
        return null;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void CountWarning(byte* domain, int level, byte* message, nint user) => Interlocked.Increment(ref _warnings);
}
