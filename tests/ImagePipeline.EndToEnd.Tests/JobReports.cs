using System.Text.Json;
using ImagePipeline.Imaging;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>Pictures for jobs, and what jobs say of them.</summary>
static class JobReports
{
    /// <summary>A PNG of noise: other bytes for every seed.</summary>
    public static byte[] Picture(int seed, int edgePx = 24)
    {
        var pixels = new byte[edgePx * edgePx * 3];
        new Random(seed).NextBytes(pixels);
        return ImageEncoder.ToPng(pixels, edgePx, edgePx);
    }

    /// <summary>The counts, once it is sure that they add up.</summary>
    public static (int Discovered, int Ingested, int Known, string Rejected, string Failed) Counts(JsonElement report)
    {
        Assert.Equal(report.GetProperty("discovered").GetInt32(), Sum(report));
        string Reasons(string name) => JsonSerializer.Serialize(report.GetProperty(name));
        return (report.GetProperty("discovered").GetInt32(), report.GetProperty("ingested").GetInt32(),
            report.GetProperty("already_known").GetInt32(), Reasons("rejected"), Reasons("failed"));
    }

    /// <summary>What the discovered objects must be as many as.</summary>
    public static int Sum(JsonElement report) =>
        report.GetProperty("ingested").GetInt32() + report.GetProperty("already_known").GetInt32()
        + report.GetProperty("rejected").EnumerateObject().Sum(reason => reason.Value.GetInt32())
        + report.GetProperty("failed").EnumerateObject().Sum(reason => reason.Value.GetInt32());
}
