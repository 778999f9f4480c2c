namespace ImagePipeline.Imaging.Vips;

/// <summary>One operation of libvips: set its arguments, build it, take its output.</summary>
unsafe ref struct VipsCall : IDisposable
{
    nint _operation;

    public VipsCall(string name)
    {
        _ = VipsLibrary.ImageType;
        _operation = Native.vips_operation_new(name);
        if (_operation == 0)
        {
            throw new VipsException(VipsLibrary.LastError());
        }
    }

    /// <summary>Sets numbers, enumerations and arrays by their text.</summary>
    public readonly void Set(ReadOnlySpan<(string Name, string Value)> arguments)
    {
        foreach (var (name, value) in arguments)
        {
            if (Native.vips_object_set_argument_from_string(_operation, name, value) != 0)
            {
                throw new VipsException(VipsLibrary.LastError());
            }
        }
    }

    public readonly void SetBlob(string name, byte* bytes, int length)
    {
        var blob = Native.vips_blob_new(0, bytes, (nuint)length);
        Native.GValue value = default;
        Native.g_value_init(&value, VipsLibrary.BlobType);
        Native.g_value_set_boxed(&value, blob);
        Native.g_object_set_property(_operation, name, &value);
        Native.g_value_unset(&value);
        Native.vips_area_unref(blob);
    }

    public readonly void SetImage(string name, VipsImage image)
    {
        Native.GValue value = default;
        Native.g_value_init(&value, VipsLibrary.ImageType);
        Native.g_value_set_object(&value, image.Handle);
        Native.g_object_set_property(_operation, name, &value);
        Native.g_value_unset(&value);
    }

    /// <summary>Builds the operation and takes a new reference to its output image.</summary>
    public nint BuildImage()
    {
        Build();
        Native.GValue value = default;
        Native.g_value_init(&value, VipsLibrary.ImageType);
        Native.g_object_get_property(_operation, "out", &value);
        var image = Native.g_object_ref(Native.g_value_get_object(&value));
        Native.g_value_unset(&value);
        return image;
    }

    /// <summary>Builds the operation and copies its output blob.</summary>
    public byte[] BuildBytes(string output)
    {
        Build();
        Native.GValue value = default;
        Native.g_value_init(&value, VipsLibrary.BlobType);
        Native.g_object_get_property(_operation, output, &value);
        nuint length;
        var data = Native.vips_blob_get(Native.g_value_get_boxed(&value), &length);
        var bytes = new ReadOnlySpan<byte>((void*)data, checked((int)length)).ToArray();
        Native.g_value_unset(&value);
        return bytes;
    }

    void Build()
    {
        var built = Native.vips_cache_operation_build(_operation);
        if (built == 0)
        {
            throw new VipsException(VipsLibrary.LastError());
        }

        Native.g_object_unref(_operation);
        _operation = built;
    }

    public void Dispose()
    {
        if (_operation != 0)
        {
            Native.vips_object_unref_outputs(_operation);
            Native.g_object_unref(_operation);
            _operation = 0;
        }
    }
}
