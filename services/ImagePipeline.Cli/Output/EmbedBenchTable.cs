using System.Globalization;
using ImagePipeline.Cli.Bench;
using ImagePipeline.Inference;
using Spectre.Console;

namespace ImagePipeline.Cli.Output;

/// <summary>Prints what <c>bench embed</c> measured.</summary>
static class EmbedBenchTable
{
    /// <summary>Prints the curve, the three rates, and what holds the whole up.</summary>
    public static void Write(EmbedBenchReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("batch").RightAligned());
        foreach (var name in new[] { "engine, /s", "ONNX Runtime alone, /s", "ratio", "p50, ms", "p95, ms" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (var rates in report.Batches)
        {
            table.AddRow(
                $"{rates.Batch}", Number(rates.Engine), Number(rates.Bare), Share(rates.Ratio), Fine(rates.P50Ms), Fine(rates.P95Ms));
        }

        var device = report.Device == ExecutionProvider.Cuda ? "CUDA" : "the CPU";
        Terminal.Line($"{report.Model} on {device}, in {(report.Precision == ModelPrecision.Half ? "half" : "full")} precision; ONNX Runtime "
            + $"{report.Runtime}, {report.Threads} runs at once, {report.Processors} processors.");
        Terminal.Line(FormattableString.Invariant(
            $"Pictures a second, medians of {report.Rounds} rounds of {report.SliceSeconds:0.0##} s a part; {report.Pictures}, in memory."));
        Terminal.Out.Write(table);
        Terminal.Line($"  decode only   {Number(report.Decode),8}/s   {report.Workers} at the same time");
        Terminal.Line($"  infer only    {Number(report.Infer),8}/s   in batches of {report.EndToEndBatch}");
        Terminal.Line($"  end to end    {Number(report.EndToEnd),8}/s   {Share(report.Reached)} of the {Number(report.Possible)}/s that the two allow "
            + (report.Device == ExecutionProvider.Cuda ? "side by side" : "on shared processors"));
        Terminal.Line();
        Terminal.Line($"Bottleneck: {Words(report)}");
    }

    static string Words(EmbedBenchReport report) => report.Bottleneck switch
    {
        "decode" => "decoding. "
            + (report.Device == ExecutionProvider.Cuda ? "The device waits; more processors or smaller pictures help, a faster model does not."
                : "Per picture it takes more of the processors than the model does."),
        "infer" => "the model. "
            + (report.Device == ExecutionProvider.Cuda ? "Decoding keeps up; a larger batch, half precision or another device help."
                : "Per picture it takes more of the processors than decoding does."),
        _ => "the hand-over between decoding and the model, or other work on this machine: neither part alone accounts for the rate.",
    };

    static string Number(double rate) => rate.ToString(rate < 10 ? "0.0" : "N0", CultureInfo.InvariantCulture);

    static string Share(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture);

    static string Fine(double ms) => ms.ToString(ms < 10 ? "0.00" : "N0", CultureInfo.InvariantCulture);
}
