namespace ImagePipeline.EndToEnd.Tests;

/// <summary>index and codes, as somebody with a server meets them.</summary>
[Collection(nameof(OnPostgres))]
public sealed class IndexAndCodesTests(PostgresIndex collection)
{
    [Fact]
    public async Task Indices_are_missing_then_built_measured_and_dropped()
    {
        var before = (await collection.AskAsync("index", "status", "--above", "10", "--json")).Expect(0).Json;
        var built = (await collection.AskAsync("index", "build", "--above", "10", "--copies", "--json")).Expect(0).Json;
        var again = (await collection.AskAsync("index", "build", "--above", "10")).Expect(0).Out;
        var measured = (await collection.AskAsync("index", "check", "--queries", "5", "--breadth", "40", "200", "--json")).Expect(0).Json;
        var dropped = (await collection.AskAsync("index", "drop", "image_by_bytes", "--json")).Expect(0).Json;
        var rest = (await collection.AskAsync("index", "drop", "--json")).Expect(0).Json;
        var after = (await collection.AskAsync("index", "status")).Expect(0).Out;

        Assert.Equal(
            ["missing", "optional"],
            before.GetProperty("indices").EnumerateArray().Select(index => index.GetProperty("state").GetString()!).Distinct());
        Assert.Equal(before.GetProperty("indices").GetArrayLength(), built.GetProperty("built").GetArrayLength());
        Assert.StartsWith("Nothing is missing.", again, StringComparison.Ordinal);
        Assert.Equal(3, measured.GetProperty("measures").GetArrayLength());
        Assert.All(measured.GetProperty("measures").EnumerateArray(), each => Assert.InRange(each.GetProperty("recall").GetDouble(), 0.9, 1));
        Assert.Equal("image_by_bytes", Assert.Single(dropped.GetProperty("dropped").EnumerateArray()).GetString());
        Assert.Equal(2, rest.GetProperty("dropped").GetArrayLength());
        Assert.Contains("fewer than 50,000 rows are compared", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Codes_are_learned_asked_by_brought_up_to_date_and_dropped()
    {
        var trained = (await collection.AskAsync("codes", "train", "--bits", "16", "--json")).Expect(0).Json;
        var found = (await collection.AskAsync(
            "sql", "select s.* from similar_images_by_code((select min(image_id::text)::uuid from embedding_fingerprint_2), 5) s", "--csv")).Expect(0).Out;
        var updated = (await collection.AskAsync("codes", "update", "--json")).Expect(0).Json;
        var listed = (await collection.AskAsync("codes", "list")).Expect(0).Out;
        var dropped = (await collection.AskAsync("codes", "drop")).Expect(0).Out;
        var none = (await collection.AskAsync("codes", "update")).Expect(3).Error;

        Assert.InRange(trained.GetProperty("coded").GetInt64(), 40, 60);
        Assert.Equal(6, found.Trim().Split('\n').Length);
        Assert.Equal(16, updated.GetProperty("bits").GetInt32());
        Assert.Contains("fingerprint_2", listed, StringComparison.Ordinal);
        Assert.Contains("no codes any more", dropped, StringComparison.Ordinal);
        Assert.Contains("imagepipeline codes train", none, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("index")]
    [InlineData("index", "status")]
    [InlineData("index", "build")]
    [InlineData("index", "drop")]
    [InlineData("index", "check")]
    [InlineData("codes", "train")]
    [InlineData("codes", "update")]
    [InlineData("codes", "list")]
    [InlineData("codes", "drop")]
    public async Task Help_gives_examples_of_the_very_command(params string[] command)
    {
        var help = (await ImagePipelineProgram.RunAsync([.. command, "--help"])).Expect(0).Out;

        Assert.Contains("Examples:\n  imagepipeline " + string.Join(' ', command), help.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("index", "drop", "no_such_index")]
    [InlineData("index", "check", "--breadth", "0")]
    [InlineData("index", "build", "--links", "3")]
    [InlineData("codes", "train", "--bits", "4")]
    [InlineData("codes", "train", "--bits", "1000")]
    [InlineData("codes", "train", "--model", "nobody")]
    public async Task What_does_not_fit_is_2_and_named(params string[] arguments) =>
        Assert.StartsWith("imagepipeline: ", (await collection.AskAsync(arguments)).Expect(2).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("build")]
    [InlineData("drop")]
    public async Task The_embedded_database_has_no_indices_and_says_so(string verb) => Assert.Contains(
        "compares everything", (await ImagePipelineProgram.RunAsync("index", verb, "--data", "nowhere", "--postgres", "")).Expect(2).Error, StringComparison.Ordinal);
}
