using System.Runtime.InteropServices;

namespace ImagePipeline.Imaging.Vips;

/// <summary>A reference to an image of libvips, which may not be computed yet: whatever memory it reads from must stay pinned until
/// its pixels were written out.</summary>
unsafe sealed class VipsImage : IDisposable
{
    nint _image;

    VipsImage(nint image) => _image = image;

    /// <summary>The number that libvips gives to interpretation sRGB.</summary>
    public const int Srgb = 22;

    public int Width => Native.vips_image_get_width(_image);

    public int Height => Native.vips_image_get_height(_image);

    public int Bands => Native.vips_image_get_bands(_image);

    public bool IsBytes => Native.vips_image_get_format(_image) == 0;

    public int Interpretation => Native.vips_image_get_interpretation(_image);

    public int Pages => Native.vips_image_get_n_pages(_image);

    public int Orientation => Native.vips_image_get_orientation(_image);

    public bool HasAlpha => Native.vips_image_hasalpha(_image) != 0;

    internal nint Handle => _image;

    public bool HasField(string name) => Native.vips_image_get_typeof(_image, name) != 0;

    /// <summary>A field of the header as text, or null.</summary>
    public string? Field(string name)
    {
        nint text;
        if (!HasField(name) || Native.vips_image_get_as_string(_image, name, &text) != 0)
        {
            return null;
        }

        var value = Marshal.PtrToStringUTF8(text);
        Native.g_free(text);
        return value;
    }

    /// <summary>The name of the loader that takes these bytes, or null where none does.</summary>
    public static string? LoaderOf(byte* bytes, int length)
    {
        _ = VipsLibrary.ImageType;
        return Marshal.PtrToStringUTF8(Native.vips_foreign_find_load_buffer(bytes, (nuint)length));
    }

    /// <summary>Runs a loader or thumbnailer over bytes in memory.</summary>
    public static VipsImage Load(string operation, byte* bytes, int length, params ReadOnlySpan<(string Name, string Value)> arguments)
    {
        using var call = new VipsCall(operation);
        call.SetBlob("buffer", bytes, length);
        call.Set(arguments);
        return new VipsImage(call.BuildImage());
    }

    /// <summary>An image over a copy of pixels: interleaved bytes, row-major, 3 or 4 bands.</summary>
    public static VipsImage FromPixels(ReadOnlySpan<byte> pixels, int widthPx, int heightPx, int bands)
    {
        if (widthPx < 1 || heightPx < 1 || pixels.Length != (long)widthPx * heightPx * bands)
        {
            throw new ArgumentException(
                $"{widthPx} x {heightPx} pixels of {bands} bytes are {(long)widthPx * heightPx * bands} bytes, not {pixels.Length}.",
                nameof(pixels));
        }

        _ = VipsLibrary.ImageType;
        fixed (byte* data = pixels)
        {
            var image = Native.vips_image_new_from_memory_copy(data, (nuint)pixels.Length, widthPx, heightPx, bands, 0);
            return image != 0
                ? new VipsImage(image).Then("copy", ("interpretation", "srgb"))
                : throw new VipsException(VipsLibrary.LastError());
        }
    }

    /// <summary>Puts one more operation behind this image, which it disposes.</summary>
    public VipsImage Then(string operation, params ReadOnlySpan<(string Name, string Value)> arguments)
    {
        using (this)
        {
            using var call = new VipsCall(operation);
            call.SetImage("in", this);
            call.Set(arguments);
            return new VipsImage(call.BuildImage());
        }
    }

    /// <summary>Encodes the image.</summary>
    public byte[] Save(string operation, params ReadOnlySpan<(string Name, string Value)> arguments)
    {
        using var call = new VipsCall(operation);
        call.SetImage("in", this);
        call.Set(arguments);
        return call.BuildBytes("buffer");
    }

    /// <summary>Computes the pixels into <paramref name="pixels"/>, interleaved, row-major.</summary>
    public void CopyTo(Span<byte> pixels)
    {
        nuint length;
        var memory = Native.vips_image_write_to_memory(_image, &length);
        if (memory == 0)
        {
            throw new VipsException(VipsLibrary.LastError());
        }

        new ReadOnlySpan<byte>((void*)memory, checked((int)length)).CopyTo(pixels);
        Native.g_free(memory);
    }

    public void Dispose()
    {
        if (_image != 0)
        {
            Native.g_object_unref(_image);
            _image = 0;
        }
    }
}
