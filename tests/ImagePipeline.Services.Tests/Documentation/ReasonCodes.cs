using System.Reflection;
using ImagePipeline.Imaging;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Services.Tests.Documentation;

/// <summary>The reason codes that users meet in <c>image_file.reason</c> are explained.</summary>
public sealed class ReasonCodes
{
    public static TheoryData<string> Codes => [.. Constants(typeof(RejectionReason)), .. Constants(typeof(FailureReason))];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Are_explained_in_a_row_of_the_operations_page(string code) =>
        Assert.Contains(code, Markdown.Rows("docs/operations.md").Select(cells => Markdown.Code(cells[0])));

    [Theory]
    [MemberData(nameof(Codes))]
    public void Are_named_in_the_readme(string code) =>
        Assert.Contains($"`{code}`", File.ReadAllText(RepositoryFiles.At("README.md")), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Codes))]
    public void Are_said_in_words_on_the_page(string code) => Assert.Contains(
        $"{code}: '", File.ReadAllText(RepositoryFiles.At("services", "ImagePipeline.Search", "Page", "words.js")), StringComparison.Ordinal);

    [Fact]
    public void Are_listed_where_the_program_lists_them() =>
        Assert.Equal(Constants(typeof(RejectionReason)).Order(), RejectionReason.All.Order());

    static IEnumerable<string> Constants(Type codes) => codes.GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);
}
