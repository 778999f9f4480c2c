using System.Text.RegularExpressions;

namespace ImagePipeline.Services.Tests.Documentation;

/// <summary>What the files under infra/ and docker-compose.yml take for granted: options that exist, secrets that somebody must choose.</summary>
public sealed partial class Compose
{
    const string ComposeFile = "docker-compose.yml";

    [Theory]
    [InlineData(ComposeFile)]
    [InlineData("infra/docker/Dockerfile")]
    [InlineData("infra/fleet")]
    public void Every_option_that_is_set_is_one_that_is_documented(string file)
    {
        var page = Text("docs/operations.md");
        var keys = OptionKey().Matches(Text(file)).Select(match => match.Value).Distinct().ToList();

        Assert.NotEmpty(keys);
        Assert.DoesNotContain(keys, key => !page.Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_secret_comes_from_outside_and_compose_refuses_to_start_without_it()
    {
        var secrets = Setting().Matches(Text(ComposeFile)).ToList();

        Assert.True(secrets.Count >= 8, $"only {secrets.Count} settings of secrets were found");
        Assert.DoesNotContain(secrets, setting => !Demanded().IsMatch(setting.Groups[2].Value));
    }

    [Fact]
    public void The_example_of_secrets_names_all_of_them_and_gives_none()
    {
        var demanded = Demanded().Matches(Text(ComposeFile)).Select(match => match.Groups[1].Value).Distinct();
        var example = Text(".env.example").Split('\n')
            .Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => line.Split('=', 2)).ToList();

        Assert.Equal(demanded.Order(StringComparer.Ordinal), example.Select(line => line[0]).Order(StringComparer.Ordinal));
        Assert.All(example, line => Assert.Equal("", line[1]));
    }

    [Fact]
    public void Every_published_port_is_on_loopback()
    {
        var ports = Port().Matches(Text(ComposeFile)).Select(match => match.Groups[1].Value).ToList();

        Assert.True(ports.Count >= 5, $"only {ports.Count} ports were found");
        Assert.All(ports, port => Assert.Contains("127.0.0.1:", port, StringComparison.Ordinal));
    }

    static string Text(string file) => File.ReadAllText(RepositoryFiles.At(file.Split('/')));

    // Section and property; an index or the property of an element may follow.
    [GeneratedRegex(@"(?<![A-Za-z0-9_])[A-Z][A-Za-z0-9]+__[A-Z][A-Za-z]+")]
    private static partial Regex OptionKey();

    [GeneratedRegex(@"^ +(\w*(?:PASS|PASSWORD|SECRET_ACCESS_KEY|ACCESS_KEY_ID|__Key|_POSTGRES|_RABBITMQ)): (.+)$", RegexOptions.Multiline)]
    private static partial Regex Setting();

    [GeneratedRegex(@"\$\{(\w+):\?[^}]+\}")]
    private static partial Regex Demanded();

    [GeneratedRegex(@"ports: \[(.+)\]")]
    private static partial Regex Port();
}
