using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ImagePipeline.Inference;

/// <summary>Puts a calibration into a manifest that is there; all else in it stays as it is.</summary>
public static partial class CalibrationFile
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes it, in the place of one that is there.</summary>
    /// <param name="manifest">Path of the manifest.</param>
    /// <param name="calibration">What was measured.</param>
    /// <exception cref="ModelException">The file cannot be read or written, or would be no manifest any more.</exception>
    public static void Write(string manifest, CopyCalibration calibration)
    {
        var made = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(manifest))!, $".{Path.GetFileName(manifest)}.new");
        try
        {
            var root = JsonNode.Parse(File.ReadAllBytes(manifest))!.AsObject();
            root["calibration"] = JsonSerializer.SerializeToNode(calibration, ManifestJson.Default.CopyCalibration);
            // Lists of numbers on one line each: they are two dozen.
            var text = Numbers().Replace(root.ToJsonString(Indented), list => Blanks().Replace(list.Value, " ")
                .Replace("[ ", "[", StringComparison.Ordinal).Replace(" ]", "]", StringComparison.Ordinal));
            File.WriteAllText(made, text + "\n");
            _ = ManifestFile.Read(made);
            File.Move(made, manifest, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ModelException(manifest, null, $"the calibration cannot be written ({fault.Message})", "Check the path and its rights.", fault);
        }
        finally
        {
            File.Delete(made);
        }
    }

    [GeneratedRegex(@"\[[-+0-9.eE,\s]+\]")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
