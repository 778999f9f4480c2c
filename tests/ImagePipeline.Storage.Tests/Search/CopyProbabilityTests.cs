using System.Globalization;
using ImagePipeline.Core.Calibration;
using ImagePipeline.Core.Duplicates;

namespace ImagePipeline.Storage.Tests.Search;

/// <summary>The probability of a copy in SQL, beside the curve of Core, and where groups show it.</summary>
public abstract class CopyProbabilityTests(TestDatabase database) : StorageTests(database)
{
    const string Model = "calibrated_1";

    [Fact]
    public async Task It_is_the_curve_of_the_manifest()
    {
        var random = new Random(6);
        for (var round = 0; round < 5; round++)
        {
            double[] distances = [.. Enumerable.Range(0, 1 + (6 * round)).Select(_ => Math.Round(random.NextDouble(), 4)).Distinct().Order()];
            double[] probabilities = [.. distances.Select(_ => Math.Round(0.99 * random.NextDouble(), 4)).OrderDescending()];
            await RegisterAsync(distances, probabilities);
            var curve = new ProbabilityCurve(distances, probabilities);
            float[] drawn = [.. Enumerable.Range(0, 50).Select(_ => random.NextSingle())];
            float[] asked = [.. distances.Select(distance => (float)distance), 0, 2, -1, float.NaN, .. drawn];

            await using var command = Source.CreateCommand("SELECT copy_probability($1, d) FROM unnest($2) WITH ORDINALITY AS u(d, n) ORDER BY n");
            command.Parameters.AddWithValue(Model);
            command.Parameters.AddWithValue(asked);
            await using var reader = await command.ExecuteReaderAsync();
            foreach (var distance in asked)
            {
                Assert.True(await reader.ReadAsync());
                Assert.Equal(curve.At(distance), reader.GetFloat(0), 1e-5);
            }
        }
    }

    [Fact]
    public async Task There_is_none_of_a_model_without_a_calibration_of_no_model_and_of_no_distance()
    {
        await new VectorStore(Source).RegisterModelAsync(new ModelRow(Model, "calibrated", "1", 4, """{"distances": {"copy": 0.1}}"""));

        Assert.Equal(3L, await ScalarAsync(
            $"""
            SELECT count(*)
            FROM (VALUES (copy_probability('{Model}', 0.1)), (copy_probability(NULL, 0.1)), (copy_probability('none', NULL))) v(p)
            WHERE p IS NULL
            """));
    }

    [Fact]
    public async Task A_copy_that_vectors_show_has_it_in_its_group_and_the_others_have_none()
    {
        await RegisterAsync([0.1, 0.3], [0.98, 0.5]);
        await new SourceStore(Source).RegisterAsync([.. Enumerable.Range(0, 3).Select(static n => Sample.File(n))], Guid.NewGuid());
        DuplicateEdge[] edges =
        [
            DuplicateEdge.Between(Sample.Id(0), Sample.Id(1), DuplicateKind.EditedCopy, Evidence.Embedding, DihedralTransform.None, 0.2f, Model),
            DuplicateEdge.Between(Sample.Id(0), Sample.Id(2), DuplicateKind.EditedCopy, Evidence.Pdq, DihedralTransform.None, 7),
            DuplicateEdge.Between(Sample.Id(1), Sample.Id(2), DuplicateKind.EditedCopy, Evidence.Embedding, DihedralTransform.None, 0.2f, Model),
        ];
        await new DuplicateStore(Source).WriteEdgesAsync(edges);
        await new GroupStore(Source).RegroupCopiesAsync([.. Enumerable.Range(0, 3).Select(Sample.Id)]);

        var group = Assert.Single(await new GroupStore(Source).ListGroupsAsync(null, 10));

        var members = group.Images.Skip(1).ToArray();
        Assert.Contains(members, static image => image.Evidence == Evidence.Embedding);
        Assert.All(members, static image => Assert.Equal(image.Evidence == Evidence.Embedding ? 0.74 : -1, image.Probability ?? -1, 1e-5));
        Assert.Null(group.Images[0].Probability);
        Assert.Equal((long)members.Count(static image => image.Evidence == Evidence.Embedding), await ScalarAsync(
            "SELECT count(*) FROM duplicate_file WHERE abs(probability - 0.74) < 0.0001"));
        Assert.Equal((long)members.Count(static image => image.Evidence == Evidence.Embedding), await ScalarAsync(
            "SELECT count(probability) FROM duplicate_file"));
    }

    Task RegisterAsync(double[] distances, double[] probabilities) => new VectorStore(Source).RegisterModelAsync(new ModelRow(
        Model, "calibrated", "1", 4, $$"""{"calibration": {"distances": [{{List(distances)}}], "probabilities": [{{List(probabilities)}}] } }"""));

    static string List(double[] numbers) => string.Join(',', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));

    async Task<object?> ScalarAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}

[Collection(nameof(OnPGlite))]
public sealed class CopyProbabilityOnPGlite(PGliteDatabase database) : CopyProbabilityTests(database);

[Collection(nameof(OnPostgres))]
public sealed class CopyProbabilityOnPostgres(PostgresDatabase database) : CopyProbabilityTests(database);
