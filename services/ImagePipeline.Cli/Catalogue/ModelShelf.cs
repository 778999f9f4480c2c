using System.Security.Cryptography;
using ImagePipeline.Inference;

namespace ImagePipeline.Cli.Catalogue;

/// <summary>The user's folder of models: one folder per model, which is there whole or not at all.</summary>
sealed class ModelShelf(string folder)
{
    /// <summary>Where a model of this name lies, or would.</summary>
    public string FolderOf(string name) => Path.Combine(folder, name);

    /// <summary>Where unfinished downloads lie.</summary>
    public string DownloadOf(string name) => Path.Combine(folder, ".download", name + ".onnx");

    /// <summary>Copies a model in, once it was opened there and has given a vector: signature, digest and graph are then right.</summary>
    /// <param name="manifest">Its manifest, a file.</param>
    /// <param name="mayReplace">Whether another model of that name gives way.</param>
    /// <param name="cancel">Stops the copying; nothing is left of it.</param>
    /// <returns>The manifest in its new place.</returns>
    /// <exception cref="ModelException">The model does not work.</exception>
    /// <exception cref="UsageException">The name is taken.</exception>
    public Task<string> AddAsync(string manifest, bool mayReplace, CancellationToken cancel)
    {
        var model = ModelManifest.Load(manifest);
        return PlaceAsync(
            model.Name, mayReplace,
            async shelf =>
            {
                File.Copy(manifest, Path.Combine(shelf, Path.GetFileName(manifest)));
                foreach (var file in new[] { model.File, model.Fp16?.File }.OfType<string>())
                {
                    var onnx = Path.Combine(Path.GetDirectoryName(manifest)!, file);
                    if (File.Exists(onnx))
                    {
                        await CopyAsync(onnx, Path.Combine(shelf, file), [], cancel);
                    }
                }
            });
    }

    /// <summary>The same for a file that was pulled, to which the catalogue's manifest and, where the graph lacks it, an output are
    /// added.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="onnx">The file as it came.</param>
    /// <param name="mayReplace">Whether another model of that name gives way.</param>
    /// <param name="cancel">Stops the copying; nothing is left of it.</param>
    /// <returns>The manifest in its new place.</returns>
    /// <exception cref="ModelException">The model does not work.</exception>
    /// <exception cref="UsageException">The name is taken.</exception>
    public Task<string> AddAsync(CatalogueEntry entry, string onnx, bool mayReplace, CancellationToken cancel) => PlaceAsync(
        entry.Name, mayReplace,
        async shelf =>
        {
            var copy = Path.Combine(shelf, $"{entry.Name}.onnx");
            var digest = await CopyAsync(onnx, copy, entry.Ending?.ToBytes(entry.Dimensions) ?? [], cancel);
            await File.WriteAllTextAsync(Path.Combine(shelf, $"{entry.Name}.json"), entry.ToManifest(digest, copy) + "\n", cancel);
        });

    async Task<string> PlaceAsync(string name, bool mayReplace, Func<string, Task> fill)
    {
        if (ModelFolders.List().FirstOrDefault(known => known.Name == name) is { IsUsers: false } builtIn)
        {
            throw new UsageException($"'{name}' is the name of {builtIn.Manifest}, which comes first; give the model another name.");
        }

        var shelf = Path.Combine(folder, $".new-{Guid.NewGuid():n}");
        Directory.CreateDirectory(shelf);
        try
        {
            await fill(shelf);
            var manifest = ModelManifest.Load(shelf);
            // Opened where the program will open it, on the processor: the device is none of its files' business.
            EmbeddingModel.Open(shelf, new ModelOptions { Provider = ExecutionProvider.Cpu, Precision = ModelPrecision.Full }).Dispose();
            if (manifest.Fp16 is not null)
            {
                EmbeddingModel.Open(shelf, new ModelOptions { Provider = ExecutionProvider.Cpu, Precision = ModelPrecision.Half }).Dispose();
            }

            Move(shelf, FolderOf(name), manifest, mayReplace);
            return Directory.GetFiles(FolderOf(name), "*.json")[0];
        }
        finally
        {
            if (Directory.Exists(shelf))
            {
                Directory.Delete(shelf, recursive: true);
            }
        }
    }

    static void Move(string shelf, string target, ModelManifest manifest, bool mayReplace)
    {
        if (!Directory.Exists(target))
        {
            Directory.Move(shelf, target);
            return;
        }

        if (!mayReplace)
        {
            var known = ModelManifest.Load(target);
            if (known.ToJson() == manifest.ToJson())
            {
                return;
            }

            throw new UsageException(
                $"{target} holds {known.ModelId} already, with another file or manifest (SHA-256 {known.Sha256}, this one {manifest.Sha256}). "
                + "Give the new one another name, or take its place with --replace.");
        }

        var old = shelf + ".old";
        Directory.Move(target, old);
        Directory.Move(shelf, target);
        Directory.Delete(old, recursive: true);
    }

    /// <summary>Copies a file with some bytes behind it; returns the digest of the whole.</summary>
    static async Task<string> CopyAsync(string from, string to, byte[] ending, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var input = File.OpenRead(from);
        await using var output = File.Create(to);
        var buffer = new byte[1 << 20];
        for (int read; (read = await input.ReadAsync(buffer, cancel)) > 0;)
        {
            hash.AppendData(buffer.AsSpan(0, read));
            await output.WriteAsync(buffer.AsMemory(0, read), cancel);
        }

        hash.AppendData(ending);
        await output.WriteAsync(ending, cancel);
        output.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
