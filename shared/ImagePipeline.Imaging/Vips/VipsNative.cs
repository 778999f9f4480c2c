using System.Runtime.InteropServices;

namespace ImagePipeline.Imaging.Vips;

/// <summary>
/// The functions of libvips and GObject that are called. None of them is variadic: those break on Apple arm64.
/// </summary>
/// <remarks>
/// Source: libvips 8.18 headers (vips/image.h, operation.h, object.h, foreign.h, region.h) and GObject's gvalue.h.
/// </remarks>
static unsafe partial class VipsNative
{
    const string Library = "vips-cpp";

    /// <summary>GObject's GValue: a type and 16 bytes of payload.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 24)]
    public struct GValue
    {
        nuint _type;
        readonly ulong _first;
        readonly ulong _second;
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int vips_init(string programName);

    [LibraryImport(Library)]
    public static partial nint vips_version_string();

    [LibraryImport(Library)]
    public static partial void vips_block_untrusted_set(int state);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void vips_operation_block_set(string className, int state);

    [LibraryImport(Library)]
    public static partial void vips_concurrency_set(int threads);

    [LibraryImport(Library)]
    public static partial void vips_cache_set_max(int operations);

    [LibraryImport(Library)]
    public static partial nint vips_error_buffer_copy();

    [LibraryImport(Library)]
    public static partial nuint vips_tracked_get_mem();

    [LibraryImport(Library)]
    public static partial nuint vips_tracked_get_mem_highwater();

    [LibraryImport(Library)]
    public static partial int vips_tracked_get_allocs();

    [LibraryImport(Library)]
    public static partial nint vips_blob_new(nint freeFunction, void* data, nuint length);

    [LibraryImport(Library)]
    public static partial void* vips_blob_get(nint blob, nuint* length);

    [LibraryImport(Library)]
    public static partial void vips_area_unref(nint area);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint vips_operation_new(string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int vips_object_set_argument_from_string(nint target, string name, string value);

    [LibraryImport(Library)]
    public static partial nint vips_cache_operation_build(nint operation);

    [LibraryImport(Library)]
    public static partial void vips_object_unref_outputs(nint operation);

    [LibraryImport(Library)]
    public static partial nint vips_image_new_from_memory_copy(void* data, nuint length, int width, int height,
        int bands, int format);

    [LibraryImport(Library)]
    public static partial int vips_image_get_width(nint image);

    [LibraryImport(Library)]
    public static partial int vips_image_get_height(nint image);

    [LibraryImport(Library)]
    public static partial int vips_image_get_bands(nint image);

    [LibraryImport(Library)]
    public static partial int vips_image_get_format(nint image);

    [LibraryImport(Library)]
    public static partial int vips_image_get_coding(nint image);

    [LibraryImport(Library)]
    public static partial int vips_image_get_interpretation(nint image);

    [LibraryImport(Library)]
    public static partial int vips_image_get_n_pages(nint image);

    [LibraryImport(Library)]
    public static partial int vips_image_get_orientation(nint image);

    [LibraryImport(Library)]
    public static partial int vips_image_hasalpha(nint image);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nuint vips_image_get_typeof(nint image, string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int vips_image_get_as_string(nint image, string name, nint* text);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int vips_image_get_blob(nint image, string name, void** data, nuint* length);

    [LibraryImport(Library)]
    public static partial nint vips_image_write_to_memory(nint image, nuint* length);

    [LibraryImport(Library)]
    public static partial nint vips_image_copy_memory(nint image);

    [LibraryImport(Library)]
    public static partial nint vips_region_new(nint image);

    [LibraryImport(Library)]
    public static partial nint vips_region_fetch(nint region, int left, int top, int width, int height, nuint* length);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nuint g_type_from_name(string name);

    [LibraryImport(Library)]
    public static partial GValue* g_value_init(GValue* value, nuint type);

    [LibraryImport(Library)]
    public static partial void g_value_unset(GValue* value);

    [LibraryImport(Library)]
    public static partial void g_value_set_boxed(GValue* value, nint boxed);

    [LibraryImport(Library)]
    public static partial nint g_value_get_boxed(GValue* value);

    [LibraryImport(Library)]
    public static partial void g_value_set_object(GValue* value, nint instance);

    [LibraryImport(Library)]
    public static partial nint g_value_get_object(GValue* value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void g_object_set_property(nint instance, string name, GValue* value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void g_object_get_property(nint instance, string name, GValue* value);

    [LibraryImport(Library)]
    public static partial nint g_object_ref(nint instance);

    [LibraryImport(Library)]
    public static partial void g_object_unref(nint instance);

    [LibraryImport(Library)]
    public static partial void g_free(nint memory);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint g_log_set_handler(string domain, int levels,
        delegate* unmanaged[Cdecl]<byte*, int, byte*, nint, void> handler, nint user);
}
