using System.Buffers;

namespace ImagePipeline.Storage.Objects;

/// <summary>Files and folders of a <see cref="MachineCache"/>, which this user alone can read.</summary>
static class CacheFile
{
    const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads a file.</summary>
    /// <returns>The bytes of a file, or null where it is empty or too large to be an entry.</returns>
    public static ObjectBytes? Read(string path)
    {
        // Read here and now: it nearly always lies in memory, and handing it to another thread would cost more.
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        if (length is 0 or > MachineCache.MaxEntryBytes)
        {
            return null;
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)length);
        var read = 0;
        try
        {
            while (read < length && RandomAccess.Read(file, buffer.AsSpan(read, (int)length - read), read) is > 0 and var more)
            {
                read += more;
            }

            return new ObjectBytes(buffer, read);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    /// <summary>Writes a file whole or not at all, in the place of another of that name.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> ending)
    {
        var partial = $"{path}.{Guid.NewGuid():n}";
        try
        {
            using (var file = Create(partial))
            {
                file.Write(bytes);
                file.Write(ending);
            }

            // Not forced to the disk: what a power cut takes is fetched again, what it spoils is seen when it is read.
            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Private;
        }

        try
        {
            return new FileStream(path, options);
        }
        catch (DirectoryNotFoundException)
        {
            MakeFolder(Path.GetDirectoryName(path)!);
            return new FileStream(path, options);
        }
    }

    /// <summary>Makes a folder, and those it lies in, for this user alone.</summary>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else if (!Directory.Exists(path))
        {
            // One by one: the mode is that of the last alone.
            MakeFolder(Path.GetDirectoryName(path)!);
            Directory.CreateDirectory(path, Private | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Refuses a folder that others may write to.</summary>
    /// <exception cref="IOException">They may.</exception>
    public static void RequireOwn(string folder)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(folder) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
        {
            throw new IOException($"other users may write to '{folder}'. Make it private: chmod 700 '{folder}'");
        }
    }
}
