using System.CommandLine;
using ImagePipeline.Cli.Output;
using ImagePipeline.Clusterer;
using ImagePipeline.Storage;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>verdict A B copy|not_a_copy</c>: what a person decides about a pair; it sticks.</summary>
static class VerdictCommand
{
    static readonly Argument<string> One = new("a") { Description = "A file or image id of the collection." };
    static readonly Argument<string> Other = new("b") { Description = "Another one." };
    static readonly Argument<string> Decision = new Argument<string>("verdict")
    {
        Description = "copy or not_a_copy.",
    }.AcceptOnlyFromAmong("copy", "not_a_copy");

    static readonly Option<string?> Note = new("--note") { Description = "Why, in your words.", HelpName = "TEXT" };

    public static Command Create() => new Command(
        "verdict", "Say that two images are copies or are not. It overrides every measurement, in this run and in all later ones.")
    {
        One, Other, Decision, Note,
    }.WithExamples("""
        imagepipeline verdict a.jpg b.jpg not_a_copy --note "two shots of one burst"
        imagepipeline verdict a.jpg b.jpg copy
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var source = session.Database.Source;
        var (a, b) = (await ChosenImages.OneAsync(source, parsed.GetValue(One)!, cancel),
            await ChosenImages.OneAsync(source, parsed.GetValue(Other)!, cancel));
        if (a == b)
        {
            throw new UsageException("both are the same image, byte for byte.");
        }

        var store = new DuplicateStore(source);
        var verdict = parsed.GetValue(Decision) == "copy" ? Verdict.Copy : Verdict.NotACopy;
        await store.SetVerdictAsync(a, b, verdict, Environment.UserName, parsed.GetValue(Note), cancel);
        var groups = new DuplicateGroups(store, new GroupStore(source));
        await groups.RefreshCopiesAsync([a, b], cancel);
        Terminal.Line("Noted; the groups of both are up to date.");
        return ExitCode.Done;
    }
}
