using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ImagePipeline.Cli.Catalogue;
using ImagePipeline.Cli.Output;
using ImagePipeline.Inference;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>models pull NAME</c>: downloads a model into the user's folder, checked.</summary>
static partial class ModelsPullCommand
{
    // Where neither the catalogue nor --max-bytes says one: no image model that people use is larger.
    const long MostBytes = 4L << 30;

    static readonly Argument<string> Name = new("name") { Description = "A name that models list shows." };

    static readonly Option<string?> Url = new("--url")
    {
        Description = "Fetch the file from here instead, such as a mirror: HTTPS, or HTTP on this machine.",
        HelpName = "URL",
    };

    static readonly Option<string?> Sha256 = new("--sha256")
    {
        Description = "The file's digest, in place of the catalogue's.",
        HelpName = "HEX",
    };

    static readonly Option<string?> Manifest = new("--manifest")
    {
        Description = "The manifest of a model that is not in the catalogue; its sha256 is what the file from --url must have.",
        HelpName = "FILE",
    };

    static readonly Option<string?> MaxBytes = new("--max-bytes")
    {
        Description = "Take no more [default: the catalogue's size of the file, or 4 GiB].",
        HelpName = "500MB",
    };

    public static readonly Option<bool> Replace = new("--replace") { Description = "Take the place of another model of that name." };

    public static Command Create() => new Command(
        "pull", "Download a model into your folder of models. What was cut off goes on where it ended; the digest is checked.")
    {
        Name, Url, Sha256, Manifest, MaxBytes, Replace,
    }.WithExamples("""
        imagepipeline models pull dinov2-small
        imagepipeline models pull clip-vit-b32 --url https://mirror.example/clip.onnx
        imagepipeline models pull sscd-resnet50 --url https://… --sha256 …
        imagepipeline models pull my-model --manifest my-model.json --url https://…
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var entry = Entry(parsed);
        var shelf = new ModelShelf(ModelFolders.User);
        if (!parsed.GetValue(Replace) && Directory.Exists(shelf.FolderOf(entry.Name)))
        {
            throw new UsageException(
                $"{shelf.FolderOf(entry.Name)} is there already; try it with: imagepipeline models verify {entry.Name}, or take its place "
                + "with --replace.");
        }

        var address = Address(entry);
        var request = new DownloadRequest(
            address, shelf.DownloadOf(entry.Name), entry.Sha256,
            IngestRequest.Bytes(parsed.GetValue(MaxBytes), "--max-bytes") ?? entry.Bytes ?? MostBytes);
        var digest = await FetchAsync(parsed, entry.Name, request, cancel);
        var manifest = await shelf.AddAsync(entry, request.Destination, parsed.GetValue(Replace), cancel);
        File.Delete(request.Destination);
        if (entry.Sha256 is null)
        {
            await Console.Error.WriteLineAsync(
                $"imagepipeline: not verified against a published digest: nobody publishes one for {address}. What came has SHA-256 {digest}; "
                + "the manifest holds it to that from now on. Give --sha256 to be sure the next time.");
        }

        Write(parsed, ModelManifest.Load(manifest), manifest, digest, entry.Sha256 is not null);
        return ExitCode.Done;
    }

    /// <summary>The model as the catalogue, a manifest and the command line together say.</summary>
    static CatalogueEntry Entry(ParseResult parsed)
    {
        var name = parsed.GetValue(Name)!;
        var known = parsed.GetValue(Manifest) is { } manifest
            ? Own(manifest, name)
            : ModelCatalogue.Find(name) ?? throw new UsageException(
                $"'{name}' is not in the catalogue; there are {string.Join(", ", ModelCatalogue.Entries.Select(entry => entry.Name))}. "
                + "A model of your own: --manifest FILE --url URL, or models add PATH.");
        var sha256 = parsed.GetValue(Sha256)?.ToLowerInvariant();
        if (sha256 is not null && !Digest().IsMatch(sha256))
        {
            throw new UsageException("--sha256 takes 64 hexadecimal digits.");
        }

        return known with { Url = parsed.GetValue(Url) ?? known.Url, Sha256 = sha256 ?? known.Sha256 };
    }

    static CatalogueEntry Own(string path, string name)
    {
        // One file is fetched: a second, for half precision, is made from it afterwards.
        var manifest = ModelManifest.Load(path) with { Fp16 = null };
        return manifest.Name == name
            ? new CatalogueEntry
            {
                Summary = "",
                PreprocessingSource = path,
                Sha256 = manifest.Sha256,
                Manifest = JsonNode.Parse(manifest.ToJson())!.AsObject(),
                Advice = "Say where with --url.",
            }
            : throw new UsageException($"{path} is the manifest of '{manifest.Name}', not of '{name}'.");
    }

    static Uri Address(CatalogueEntry entry)
    {
        if (entry.Url is null)
        {
            throw new UsageException($"no address of {entry.Name} is known. {entry.Advice}");
        }

        return Uri.TryCreate(entry.Url, UriKind.Absolute, out var address) && DownloadRequest.IsSafe(address)
            ? address
            : throw new UsageException($"'{entry.Url}' cannot be fetched from: it takes https://…, or http:// on this machine.");
    }

    static async Task<string> FetchAsync(ParseResult parsed, string name, DownloadRequest request, CancellationToken cancel)
    {
        // Whole and right, but the model did not work: the manifest may have been corrected since.
        if (File.Exists(request.Destination))
        {
            await using var stream = File.OpenRead(request.Destination);
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancel)) is var there && there == request.Sha256)
            {
                return there;
            }
        }

        using var download = new ModelDownload();
        return await Terminal.TransferAsync(
            name, !parsed.GetValue(CommonOptions.NoProgress), progress => download.FetchAsync(request, progress, cancel));
    }

    static void Write(ParseResult parsed, ModelManifest manifest, string path, string digest, bool verified)
    {
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { manifest.Name, model_id = manifest.ModelId.ToString(), manifest = path, download_sha256 = digest, verified });
            return;
        }

        Terminal.Line($"{manifest.Name} is installed: {path}");
        Terminal.Line($"Licence: {manifest.Licence}");
        Terminal.Line($"Next: imagepipeline models verify {manifest.Name}; imagepipeline models add {manifest.Name}");
    }

    [GeneratedRegex(@"^[0-9a-f]{64}\z")]
    private static partial Regex Digest();
}
