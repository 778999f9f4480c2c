using System.Runtime.InteropServices;
using static ImagePipeline.Imaging.Vips.VipsNative;

namespace ImagePipeline.Imaging.Vips;

/// <summary>
/// A libvips image: a header and a plan by which its pixels can be computed. Nothing is decoded before pixels are read.
/// </summary>
/// <remarks>
/// Made from encoded bytes it reads them when pixels are read: they stay pinned until then. Not for several threads at
/// once.
/// </remarks>
sealed unsafe class VipsImage : IDisposable
{
    nint _pointer;

    VipsImage(nint pointer) => _pointer = pointer;

    public int WidthPx => vips_image_get_width(_pointer);

    public int HeightPx => vips_image_get_height(_pointer);

    public int Bands => vips_image_get_bands(_pointer);

    public VipsFormat Format => (VipsFormat)vips_image_get_format(_pointer);

    public VipsSpace Space => (VipsSpace)vips_image_get_interpretation(_pointer);

    /// <summary>Whether pixels are packed in one of libvips' own codings, which few operations take.</summary>
    public bool IsCoded => vips_image_get_coding(_pointer) != 0;

    public int Frames => vips_image_get_n_pages(_pointer);

    public int Orientation => vips_image_get_orientation(_pointer);

    public bool HasAlpha => vips_image_hasalpha(_pointer) != 0;

    /// <summary>Reads the header of encoded bytes with a loader operation.</summary>
    /// <exception cref="VipsException">The header is broken.</exception>
    public static VipsImage Load(string loader, byte* pinned, int length,
        params ReadOnlySpan<(string Name, string Value)> options)
    {
        using var operation = new VipsOperation(loader);
        operation.Set("buffer", pinned, length);
        operation.Set(options);
        operation.Build();
        return new VipsImage(operation.OutputImage());
    }

    /// <summary>Copies interleaved 8-bit pixels, row-major, height x width x bands.</summary>
    /// <param name="pixels">The pixels.</param>
    /// <param name="widthPx">Their width.</param>
    /// <param name="heightPx">Their height.</param>
    /// <param name="bands">Values a pixel.</param>
    /// <param name="space">What the bands mean, in libvips' words: srgb, cmyk.</param>
    /// <exception cref="ArgumentException">The span has the wrong length.</exception>
    public static VipsImage FromPixels(
        ReadOnlySpan<byte> pixels, int widthPx, int heightPx, int bands = 3, string space = "srgb")
    {
        if (widthPx < 1 || heightPx < 1 || pixels.Length != (long)widthPx * heightPx * bands)
        {
            throw new ArgumentException(
                $"Expected {widthPx} x {heightPx} x {bands} bytes, got {pixels.Length}.", nameof(pixels));
        }
        VipsRuntime.Start();
        fixed (byte* start = pixels)
        {
            var image = vips_image_new_from_memory_copy(
                start, (nuint)pixels.Length, widthPx, heightPx, bands, (int)VipsFormat.Byte);
            return image != 0
                ? new VipsImage(image).Into("copy", ("interpretation", space))
                : throw new VipsException(VipsRuntime.TakeErrorText());
        }
    }

    /// <summary>Whether the file said something under this name, for instance "icc-profile-data".</summary>
    public bool Has(string field) => vips_image_get_typeof(_pointer, field) != 0;

    /// <summary>What the file said under this name, as text, or null.</summary>
    public string? Text(string field)
    {
        nint text;
        if (!Has(field) || vips_image_get_as_string(_pointer, field, &text) != 0)
        {
            return null;
        }
        var value = Marshal.PtrToStringUTF8(text);
        g_free(text);
        return value;
    }

    /// <summary>
    /// What the file said under this name, as bytes that live as long as this image; empty when absent.
    /// </summary>
    public ReadOnlySpan<byte> Bytes(string field)
    {
        void* data;
        nuint length;
        return Has(field) && vips_image_get_blob(_pointer, field, &data, &length) == 0
            ? new(data, checked((int)length)) : [];
    }

    /// <summary>Applies an operation and gives this image up, also when that fails.</summary>
    /// <exception cref="VipsException">The operation does not take this image.</exception>
    public VipsImage Into(string name, params ReadOnlySpan<(string Name, string Value)> options)
    {
        using (this)
        {
            return Apply(name, options);
        }
    }

    /// <summary>Applies an operation and keeps this image.</summary>
    /// <exception cref="VipsException">The operation does not take this image.</exception>
    public VipsImage Apply(string name, params ReadOnlySpan<(string Name, string Value)> options)
    {
        using var operation = new VipsOperation(name);
        operation.Set(name == "extract_area" ? "input" : "in", _pointer);
        operation.Set(options);
        operation.Build();
        return new VipsImage(operation.OutputImage());
    }

    /// <summary>
    /// Computes all pixels into memory and gives this image up: operations that read in another order than rows need
    /// that.
    /// </summary>
    /// <exception cref="VipsException">The encoded bytes are broken.</exception>
    public VipsImage IntoMemory()
    {
        using (this)
        {
            var copy = vips_image_copy_memory(_pointer);
            return copy != 0 ? new VipsImage(copy) : throw new VipsException(VipsRuntime.TakeErrorText());
        }
    }

    /// <summary>Encodes with a saver operation, for instance "pngsave_buffer".</summary>
    /// <exception cref="VipsException">The pixels cannot be computed, or not be written in that format.</exception>
    public byte[] Save(string saver, params ReadOnlySpan<(string Name, string Value)> options)
    {
        using var operation = new VipsOperation(saver);
        operation.Set("in", _pointer);
        operation.Set(options);
        operation.Build();
        return operation.OutputBytes();
    }

    /// <summary>Computes all pixels, interleaved and row-major, into the start of a span.</summary>
    /// <exception cref="VipsException">The encoded bytes are broken.</exception>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public void Read(Span<byte> pixels)
    {
        nuint length;
        var memory = vips_image_write_to_memory(_pointer, &length);
        if (memory == 0)
        {
            throw new VipsException(VipsRuntime.TakeErrorText());
        }
        try
        {
            new ReadOnlySpan<byte>((void*)memory, checked((int)length)).CopyTo(pixels);
        }
        finally
        {
            g_free(memory);
        }
    }

    /// <summary>The same on the calling thread alone, all rows at once: without handing over to libvips' own thread and back, which for small
    /// pictures takes longer than the pixels. Memory depends on the size of the source.</summary>
    /// <exception cref="VipsException">The encoded bytes are broken.</exception>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public void ReadHere(Span<byte> pixels)
    {
        fixed (byte* target = pixels)
        {
            var (start, length) = ((nint)target, pixels.Length);
            ReadStrips(HeightPx, rows => rows.CopyTo(new Span<byte>((void*)start, length)));
        }
    }

    /// <summary>Computes the pixels in strips from the top and hands each over once.</summary>
    /// <exception cref="VipsException">The encoded bytes are broken.</exception>
    public void ReadStrips(int stripHeightPx, StripReader reader)
    {
        var region = vips_region_new(_pointer);
        try
        {
            for (var top = 0; top < HeightPx; top += stripHeightPx)
            {
                nuint length;
                var strip = vips_region_fetch(region, 0, top, WidthPx, Math.Min(stripHeightPx, HeightPx - top),
                    &length);
                if (strip == 0)
                {
                    throw new VipsException(VipsRuntime.TakeErrorText());
                }
                try
                {
                    reader(new Span<byte>((void*)strip, checked((int)length)));
                }
                finally
                {
                    g_free(strip);
                }
            }
        }
        finally
        {
            g_object_unref(region);
        }
    }

    public void Dispose()
    {
        var pointer = Interlocked.Exchange(ref _pointer, 0);
        if (pointer != 0)
        {
            g_object_unref(pointer);
        }
    }
}
