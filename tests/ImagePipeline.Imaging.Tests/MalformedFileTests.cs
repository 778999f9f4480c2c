using System.Diagnostics;

namespace ImagePipeline.Imaging.Tests;

public class MalformedFileTests
{
    

    [Fact]
    public void Every_malformed_file_decodes_or_gives_a_known_reason_and_never_hangs()
    {
        var lines = new List<string>();
        foreach (var file in SharedData.Files("malformed"))
        {
            var clock = Stopwatch.StartNew();
            var bytes = File.ReadAllBytes(file);
            var probe = ImageProbe.Read(bytes);
            using var decoded = ImageDecoder.DecodeToFit(bytes, 512);
            var digest = PixelDigest.Compute(bytes);
            lines.Add($"{decoded.Rejection?.Reason ?? "ok",-20} {digest.Rejection?.Reason ?? "ok",-12} {clock.ElapsedMilliseconds,6} ms {Path.GetRelativePath(SharedData.Folder("malformed"), file)} | {decoded.Header?.Format} {decoded.Header?.WidthPx}x{decoded.Header?.HeightPx} {decoded.Rejection?.Detail}");
        }
        File.WriteAllLines("/tmp/malformed.txt", lines);
    }
}
