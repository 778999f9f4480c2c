using static ImagePipeline.Imaging.Vips.VipsNative;

namespace ImagePipeline.Imaging.Vips;

/// <summary>One call of a libvips operation: arguments in, build, results out.</summary>
/// <remarks>A ref struct, so that it cannot outlive the pinned bytes that it reads.</remarks>
unsafe ref struct VipsOperation : IDisposable
{
    nint _pointer;

    public VipsOperation(string name)
    {
        VipsRuntime.Start();
        _pointer = vips_operation_new(name);
        if (_pointer == 0)
        {
            throw new ArgumentException($"libvips has no operation {name}: {VipsRuntime.TakeErrorText()}",
                nameof(name));
        }
    }

    /// <summary>Sets a number, an enumeration or an array ("1 2 3") by its text.</summary>
    /// <exception cref="ArgumentException">The operation has no such argument or does not take the value: a bug of the
    /// caller.</exception>
    public readonly void Set(string name, string value)
    {
        if (vips_object_set_argument_from_string(_pointer, name, value) != 0)
        {
            throw new ArgumentException($"libvips refuses {name}={value}: {VipsRuntime.TakeErrorText()}", nameof(name));
        }
    }

    public readonly void Set(params ReadOnlySpan<(string Name, string Value)> options)
    {
        foreach (var (name, value) in options)
        {
            Set(name, value);
        }
    }

    public readonly void Set(string name, nint image)
    {
        GValue value = default;
        g_value_init(&value, VipsRuntime.ImageType);
        g_value_set_object(&value, image);
        g_object_set_property(_pointer, name, &value);
        g_value_unset(&value);
    }

    /// <summary>
    /// Hands over encoded bytes without copying: they stay pinned until the last pixel has been read.
    /// </summary>
    public readonly void Set(string name, byte* pinned, int length)
    {
        var blob = vips_blob_new(0, pinned, (nuint)length);
        GValue value = default;
        g_value_init(&value, VipsRuntime.BlobType);
        g_value_set_boxed(&value, blob);
        g_object_set_property(_pointer, name, &value);
        g_value_unset(&value);
        vips_area_unref(blob);
    }

    /// <summary>Runs the operation; of a loader that is the header only, of most others nothing but the plan.</summary>
    /// <exception cref="VipsException">The operation fails on this input.</exception>
    public void Build()
    {
        var built = vips_cache_operation_build(_pointer);
        if (built == 0)
        {
            throw new VipsException(VipsRuntime.TakeErrorText());
        }
        g_object_unref(_pointer);
        _pointer = built;
    }

    /// <summary>A new reference to the image that came out.</summary>
    public readonly nint OutputImage()
    {
        GValue value = default;
        g_value_init(&value, VipsRuntime.ImageType);
        g_object_get_property(_pointer, "out", &value);
        var image = g_object_ref(g_value_get_object(&value));
        g_value_unset(&value);
        return image;
    }

    /// <summary>A copy of the bytes that a saver wrote.</summary>
    public readonly byte[] OutputBytes()
    {
        GValue value = default;
        g_value_init(&value, VipsRuntime.BlobType);
        g_object_get_property(_pointer, "buffer", &value);
        nuint length;
        var data = vips_blob_get(g_value_get_boxed(&value), &length);
        var bytes = new ReadOnlySpan<byte>(data, checked((int)length)).ToArray();
        g_value_unset(&value);
        return bytes;
    }

    public void Dispose()
    {
        if (_pointer != 0)
        {
            vips_object_unref_outputs(_pointer);
            g_object_unref(_pointer);
            _pointer = 0;
        }
    }
}
