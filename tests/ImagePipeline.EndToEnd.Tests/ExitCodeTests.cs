using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>What the shell is told.</summary>
public sealed class ExitCodeTests : IDisposable
{
    readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task A_file_that_cannot_be_read_fails_and_is_tried_again_until_it_can()
    {
        var scene = RgbPicture.Scene(1, 320, 240);
        _place.Write("good.jpg", ImageEncoder.ToJpeg(scene.Rgb, 320, 240, 90));
        // A link to nothing cannot be read by anyone, root included.
        File.CreateSymbolicLink(_place.Picture("link.jpg"), _place.Picture(".elsewhere.png"));

        var first = (await RunAsync()).Expect(1).Json;
        File.WriteAllBytes(_place.Picture(".elsewhere.png"), ImageEncoder.ToPng(scene.Rgb, 320, 240));
        var second = (await RunAsync()).Expect(0).Json;

        Assert.Equal(1, first.GetProperty("ingested").GetInt32());
        Assert.Equal(1, first.GetProperty("failed").EnumerateObject().Sum(reason => reason.Value.GetInt32()));
        Assert.Equal((1, 1), (second.GetProperty("ingested").GetInt32(), second.GetProperty("already_known").GetInt32()));
        Assert.Empty(second.GetProperty("failed").EnumerateObject());
    }

    [Theory]
    [InlineData("run", "/nowhere/at/all")]
    [InlineData("run")]
    [InlineData("paint", "it.jpg")]
    [InlineData("status", "--no-such-option")]
    [InlineData("embed", "a.jpg", "--device", "abacus")]
    [InlineData("embed", "a.jpg", "--precision", "double")]
    [InlineData("bench")]
    [InlineData("bench", "embed", "--batches", "1,many")]
    [InlineData("bench", "embed", "--batches", "0")]
    [InlineData("bench", "embed", "--seconds", "0")]
    [InlineData("bench", "embed", "--threads", "0")]
    [InlineData("bench", "embed", "--workers", "0")]
    [InlineData("bench", "embed", "--folder", "/nowhere/at/all")]
    [InlineData("search", "/nowhere/at/all.jpg")]
    [InlineData("demo", "/tmp", "--pictures", "60")]
    [InlineData("migrate")]
    [InlineData("migrate", "--postgres", "Host=127.0.0.1;Port=1", "--owner", "somebody")]
    [InlineData("migrate", "--postgres", "Host=127.0.0.1;Port=1", "--roles", "--writer", "Not A Role")]
    [InlineData("models")]
    [InlineData("models", "pull")]
    [InlineData("models", "pull", "no-such-model")]
    [InlineData("models", "pull", "sscd-resnet50")]
    [InlineData("models", "pull", "dinov2-small", "--url", "http://example.com/model.onnx")]
    [InlineData("models", "pull", "dinov2-small", "--sha256", "abc")]
    [InlineData("models", "pull", "dinov2-small", "--max-bytes", "much")]
    [InlineData("models", "add", "/nowhere", "--embed", "--no-embed")]
    [InlineData("models", "activate", "gist")]
    [InlineData("queues")]
    [InlineData("queues", "--rabbitmq", "localhost:5672")]
    [InlineData("queues", "pause")]
    [InlineData("queues", "pause", "everything")]
    [InlineData("queues", "resume", "hash")]
    [InlineData("dead-letters")]
    [InlineData("dead-letters", "list")]
    [InlineData("dead-letters", "list", "--rabbitmq", "amqp://127.0.0.1:9/", "--limit", "0")]
    [InlineData("dead-letters", "list", "--stage", "thumbnails")]
    [InlineData("dead-letters", "show")]
    [InlineData("dead-letters", "show", "first")]
    [InlineData("dead-letters", "show", "0", "--rabbitmq", "amqp://127.0.0.1:9/")]
    [InlineData("dead-letters", "replay", "--rabbitmq", "amqp://127.0.0.1:9/")]
    [InlineData("dead-letters", "replay", "1", "--all", "--rabbitmq", "amqp://127.0.0.1:9/")]
    [InlineData("dead-letters", "drop", "--all", "--rabbitmq", "amqp://127.0.0.1:9/")]
    public async Task A_wrong_command_line_is_2_with_a_word_on_what_is_wrong(params string[] arguments)
    {
        var result = (await ImagePipelineProgram.RunAsync([.. arguments, "--data", _place.Data])).Expect(2);

        Assert.Empty(result.Out);
        Assert.StartsWith("imagepipeline: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_option_of_a_command_below_another_leads_to_the_help_of_that_command()
    {
        var result = (await ImagePipelineProgram.RunAsync("cluster", "run", "--method", "3")).Expect(2);

        Assert.Contains("see: imagepipeline cluster run --help", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asking_where_no_run_has_been_says_what_to_do_and_makes_nothing()
    {
        var result = (await ImagePipelineProgram.RunAsync("status", "--data", _place.Data)).Expect(2);

        Assert.Contains("imagepipeline run FOLDER", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_place.Data));
    }

    [Theory]
    [InlineData("--postgres", "Host=127.0.0.1;Port=1;Username=nobody;Timeout=3")]
    [InlineData("--model", "no-such-model")]
    public async Task A_missing_part_is_3_with_one_line(string option, string value)
    {
        _place.Write("good.jpg", ImageEncoder.ToJpeg(new byte[64 * 64 * 3], 64, 64, 90));

        var result = (await ImagePipelineProgram.RunAsync(
            "run", _place.Pictures, "--data", _place.Data, "--no-progress", option, value)).Expect(3);

        Assert.StartsWith("imagepipeline: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dead-letters", "list")]
    [InlineData("dead-letters", "show", "1")]
    [InlineData("dead-letters", "replay", "--all")]
    [InlineData("dead-letters", "drop", "--all", "--yes")]
    public async Task A_broker_that_is_away_is_3_and_named_without_its_password(params string[] arguments)
    {
        var result = (await ImagePipelineProgram.RunAsync([.. arguments, "--rabbitmq", "amqp://somebody:a-secret@127.0.0.1:9/"])).Expect(3);

        Assert.StartsWith("imagepipeline: Cannot connect to the broker at 127.0.0.1:9: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("a-secret", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("models")]
    [InlineData("models", "pull")]
    [InlineData("models", "verify")]
    [InlineData("models", "activate")]
    [InlineData("queues")]
    [InlineData("queues", "pause")]
    [InlineData("queues", "resume")]
    [InlineData("dead-letters")]
    [InlineData("dead-letters", "list")]
    [InlineData("dead-letters", "show")]
    [InlineData("dead-letters", "replay")]
    [InlineData("dead-letters", "drop")]
    public async Task Help_gives_examples_of_the_very_command(params string[] command)
    {
        var lines = (await ImagePipelineProgram.RunAsync([.. command, "--help"])).Expect(0).Out.Split('\n');

        var examples = lines.SkipWhile(line => !line.StartsWith("Examples:", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => line.Trim().Length > 0).ToArray();
        Assert.NotEmpty(examples);
        Assert.All(examples, line => Assert.StartsWith("  imagepipeline " + string.Join(' ', command), line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_verdict_splits_a_group_and_a_later_run_does_not_undo_it()
    {
        var scene = RgbPicture.Scene(3, 400, 300);
        var one = _place.Write("one.jpg", ImageEncoder.ToJpeg(scene.Rgb, 400, 300, 95));
        var other = _place.Write("other.jpg", ImageEncoder.ToJpeg(scene.Rgb, 400, 300, 60));
        var before = (await RunAsync()).Expect(0).Json;

        (await ImagePipelineProgram.RunAsync("verdict", one, other, "not_a_copy", "--note", "two prints", "--data", _place.Data)).Expect(0);
        var third = _place.Write("third.jpg", ImageEncoder.ToJpeg(scene.Rgb, 400, 300, 30));
        var after = (await RunAsync()).Expect(0).Json;
        var groups = ListedGroup.Parse(
            (await ImagePipelineProgram.RunAsync("duplicates", "--json", "--data", _place.Data)).Expect(0).Json);

        Assert.Equal(1, before.GetProperty("duplicates").GetProperty("edited_copy").GetInt32());
        Assert.Equal(1, after.GetProperty("ingested").GetInt32());
        var group = Assert.Single(groups);
        Assert.Equal(2, group.Files.Count);
        Assert.Contains("file://" + third, group.Files.Keys);
    }

    [Fact]
    public async Task The_demo_draws_runs_and_sums_up()
    {
        var result = (await ImagePipelineProgram.RunAsync(
            "demo", _place.Pictures, "--pictures", "24", "--data", _place.Data, "--no-progress")).Expect(0);

        Assert.Equal(24, Directory.EnumerateFiles(_place.Pictures, "*.*", SearchOption.AllDirectories)
            .Count(file => !Path.GetFileName(file).StartsWith('.')));
        Assert.Contains(
            "24 files discovered in ", result.Out, StringComparison.Ordinal);
        Assert.Contains(" = 21 ingested + 0 already known + 3 rejected + 0 failed", result.Out, StringComparison.Ordinal);
        Assert.Contains("(slowest)", result.Out, StringComparison.Ordinal);
        Assert.Contains("same_bytes", result.Out, StringComparison.Ordinal);
        Assert.Contains("imagepipeline duplicates", result.Out, StringComparison.Ordinal);
    }

    Task<CommandResult> RunAsync() =>
        ImagePipelineProgram.RunAsync("run", _place.Pictures, "--data", _place.Data, "--json", "--no-progress");
}
