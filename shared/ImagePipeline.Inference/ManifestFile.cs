using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using ImagePipeline.Core.Calibration;
using ImagePipeline.Imaging;

namespace ImagePipeline.Inference;

/// <summary>Reads a manifest strictly: an unknown, missing or impossible field is an error, never a default.</summary>
static partial class ManifestFile
{
    const string SeeDocs = "models/README.md describes every field";

    /// <summary>Reads and checks one manifest file, without looking at the .onnx.</summary>
    /// <exception cref="ModelException">The file cannot be read, or a field is unknown, missing or out of
    /// range.</exception>
    public static ModelManifest Read(string path)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), ManifestJson.Default.ModelManifest)
                ?? throw new ModelException(path, null, "the file holds null", $"Write a manifest; {SeeDocs}.");
            Check(path, manifest);
            return manifest;
        }
        catch (JsonException fault)
        {
            throw Explain(path, fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(path, null, $"it cannot be read ({fault.Message})",
                "Check the path and its rights.", fault);
        }
    }

    /// <summary>Turns the serializer's report into field, finding and advice.</summary>
    static ModelException Explain(string path, JsonException fault)
    {
        var at = fault.Path is null or "$" ? "" : fault.Path[2..];
        if (Unmapped().Match(fault.Message) is { Success: true } unknown)
        {
            return new(path, Join(at, unknown.Groups[1].Value), "this field is unknown",
                $"Remove it or correct its spelling; {SeeDocs}.", fault);
        }
        if (Missing().Match(fault.Message) is { Success: true } missing)
        {
            return new(path, Join(at, missing.Groups[1].Value), "this field is missing", $"Add it; {SeeDocs}.", fault);
        }
        return new(path, at.Length > 0 ? at : null,
            $"the value is not valid JSON of the right type (line {fault.LineNumber + 1})", $"Correct it; {SeeDocs}.",
                fault);
    }

    /// <summary>The serializer's path already ends in the unknown field itself, but not in the missing one.</summary>
    static string Join(string at, string field) =>
        at.Length == 0 ? field
        : at == field || at.EndsWith($".{field}", StringComparison.Ordinal) ? at
        : $"{at}.{field}";

    static void Check(string path, ModelManifest m)
    {
        Require(Name().IsMatch(m.Name), "name", m.Name, "lower-case letters, digits, - and _, a letter first");
        Require(Version().IsMatch(m.Version), "version", m.Version, "lower-case letters, digits, dots, - and _");
        Require(m.Name.Length + m.Version.Length < ModelId.MaxLength, "name", m.Name,
            $"with the version at most {ModelId.MaxLength - 1} characters: they name a table");
        CheckFile("", m.File, m.Sha256);
        if (m.Fp16 is { } half)
        {
            CheckFile("fp16.", half.File, half.Sha256);
            Require(half.File != m.File, "fp16.file", half.File, "another file than \"file\"");
        }
        Require(m.Input.Name.Length > 0, "input.name", m.Input.Name, "the name of a graph input");
        Require(m.Input.WidthPx is >= 1 and <= 4096, "input.width_px", m.Input.WidthPx, "1 to 4096");
        Require(m.Input.HeightPx is >= 1 and <= 4096, "input.height_px", m.Input.HeightPx, "1 to 4096");
        CheckResize(m);
        Require(float.IsFinite(m.Normalise.Scale) && m.Normalise.Scale > 0, "normalise.scale", m.Normalise.Scale,
            "above 0");
        Require(m.Normalise.Mean is { Count: 3 } mean && mean.All(float.IsFinite), "normalise.mean",
            List(m.Normalise.Mean), "three numbers");
        Require(m.Normalise.Std is { Count: 3 } std && std.All(x => float.IsFinite(x) && x > 0), "normalise.std",
            List(m.Normalise.Std), "three numbers above 0");
        Require(m.Output.Name.Length > 0, "output.name", m.Output.Name, "the name of a graph output");
        Require(m.Output.Dimensions is >= 1 and <= 16000, "output.dimensions", m.Output.Dimensions, "1 to 16000");
        Require(!string.IsNullOrWhiteSpace(m.Licence), "licence", m.Licence,
            "a licence, or a sentence saying that none is known");
        Require(!string.IsNullOrWhiteSpace(m.Source), "source", m.Source, "where the weights come from");
        CheckDistances(m.Distances);
        CheckCalibration(m.Calibration);

        void CheckFile(string at, string file, string sha256)
        {
            Require(file == Path.GetFileName(file) && file.EndsWith(".onnx", StringComparison.Ordinal), $"{at}file", file,
                "the name of an .onnx file in this folder, without a path");
            Require(Sha256().IsMatch(sha256), $"{at}sha256", sha256, "64 lower-case hexadecimal digits (sha256sum prints them)");
        }

        void CheckResize(ModelManifest m)
        {
            var (side, edge) = (m.Resize.ShortSidePx, Math.Max(m.Input.WidthPx, m.Input.HeightPx));
            Require(!m.Resize.TrimMargins || edge <= ImageDecoder.WholeEdgePx, "resize.trim_margins", true,
                $"false for an input of more than {ImageDecoder.WholeEdgePx} pixels: margins are looked for in a picture of that size");
            if (m.Resize.Mode == ResizeMode.Crop)
            {
                Require(side >= edge && side <= 8192, "resize.short_side_px", side, $"{edge} to 8192 with mode crop");
            }
            else
            {
                Require(side is null, "resize.short_side_px", side, "absent: only mode crop uses it");
            }
        }

        void CheckDistances(PairDistances? d)
        {
            Require(d?.Copy is null or (> 0 and < 2), "distances.copy", d?.Copy, "above 0 and below 2");
            Require(d?.Similar is null or (> 0 and < 2), "distances.similar", d?.Similar, "above 0 and below 2");
            Require(d?.CopyIfHashNear is null || (d.CopyIfHashNear > (d.Copy ?? 0) && d.CopyIfHashNear <= (d.Similar ?? 0)),
                "distances.copy_if_hash_near", d?.CopyIfHashNear, "above distances.copy and at most distances.similar");
            var tellsCopies = d?.Copy is not null || m.Calibration is not null;
            Require(d?.CopyDimensions is null || (tellsCopies && d.CopyDimensions >= 1 && d.CopyDimensions <= m.Output.Dimensions),
                "distances.copy_dimensions", d?.CopyDimensions, "1 to output.dimensions, beside a distances.copy or a calibration");
            var parted = d?.CopyDimensions < m.Output.Dimensions; // then both distances are of different vectors
            Require(parted || d?.Copy is null || d.Similar is null || d.Copy <= d.Similar, "distances.copy", d?.Copy,
                "at most distances.similar: a copy is nearer than a similar picture");
        }

        void CheckCalibration(CopyCalibration? c)
        {
            if (c is null)
            {
                return;
            }

            var fault = ProbabilityCurve.Fault(c.Distances, c.Probabilities);
            Require(fault is null, "calibration", fault, "as evaluate copies --write-manifest writes it");
            Require(c.Distances.All(distance => distance is >= 0 and <= 2), "calibration.distances", List(c.Distances), "cosine distances, 0 to 2");
            Require(c.Prior is > 0 and < 1, "calibration.prior", c.Prior, "above 0 and below 1");
            Require(c.Originals > 0, "calibration.originals", c.Originals, "above 0");
            Require(c.Copies > 0, "calibration.copies", c.Copies, "above 0");
            Require(c.Others > 0, "calibration.others", c.Others, "above 0");
            Require(c.Sets.Count > 0, "calibration.sets", "none", "where the pictures came from");
            // Pairs that the hashes confirm are stored with the distance of the whole, which the probability is not of.
            Require(m.CopyDimensions == m.Output.Dimensions || m.Distances?.CopyIfHashNear is null, "distances.copy_if_hash_near",
                m.Distances?.CopyIfHashNear, "absent beside a calibration of a part of the vector");
        }

        void Require(bool holds, string field, object? found, string wanted)
        {
            if (!holds)
            {
                throw new ModelException(path, field, $"found {found ?? "nothing"}", $"It must be {wanted}.");
            }
        }

        static string List<T>(IReadOnlyList<T>? values) =>
            values is null ? "nothing" : $"[{string.Join(", ", values)}]";
    }

    [GeneratedRegex(@"^The JSON property '([^']*)' could not be mapped")]
    private static partial Regex Unmapped();

    [GeneratedRegex(@"missing required properties including: '([^']*)'")]
    private static partial Regex Missing();

    [GeneratedRegex(@"^[a-z][a-z0-9_-]*\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]*\z")]
    private static partial Regex Version();

    [GeneratedRegex(@"^[0-9a-f]{64}\z")]
    private static partial Regex Sha256();
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false,
    IgnoreReadOnlyProperties = true,
    WriteIndented = true,
    Converters = [typeof(SnakeCaseEnum<TensorLayout>), typeof(SnakeCaseEnum<ChannelOrder>),
        typeof(SnakeCaseEnum<ResizeMode>), typeof(SnakeCaseEnum<Interpolation>)])]
[JsonSerializable(typeof(ModelManifest))]
sealed partial class ManifestJson : JsonSerializerContext;

/// <summary>Writes an enumeration as lower-case words and reads nothing else, numbers included.</summary>
sealed class SnakeCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
