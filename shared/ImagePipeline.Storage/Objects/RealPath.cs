namespace ImagePipeline.Storage.Objects;

/// <summary>Where a path really leads.</summary>
static class RealPath
{
    /// <summary>Links that may be followed before a path is taken for a circle; as Linux has it.</summary>
    const int MostLinks = 40;

    /// <summary>The path with every link in it resolved, in its folders too.</summary>
    /// <exception cref="IOException">The links lead in a circle.</exception>
    public static string Of(string path)
    {
        var links = 0;
        var real = Path.GetPathRoot(Path.GetFullPath(path))!;
        var rest = new Stack<string>(Parts(Path.GetFullPath(path)));
        while (rest.TryPop(out var part))
        {
            var next = Path.GetFullPath(Path.Combine(real, part));
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new IOException($"the links of '{path}' lead in a circle.");
            }

            if (Path.IsPathRooted(target))
            {
                real = Path.GetPathRoot(target)!;
            }

            foreach (var one in Parts(target))
            {
                rest.Push(one);
            }
        }

        return real;
    }

    /// <summary>The names in a path, last first.</summary>
    static IEnumerable<string> Parts(string path) => path[(Path.GetPathRoot(path) ?? "").Length..]
        .Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse();
}
