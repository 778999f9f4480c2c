using ImagePipeline.Storage;

namespace ImagePipeline.Cli.Catalogue;

/// <summary>A model that a database knows.</summary>
/// <param name="Row">What the database keeps of it.</param>
/// <param name="Vectors">Images with a vector.</param>
/// <param name="Missing">Images that have none yet, those that failed among them; not those that are no usable image.</param>
/// <param name="IsActive">Whether it is the active one.</param>
/// <param name="IsInstalled">Whether its very file is installed here.</param>
sealed record RegisteredModel(ModelRow Row, long Vectors, long Missing, bool IsActive, bool IsInstalled)
{
    /// <summary>All of a database, the oldest first.</summary>
    public static async Task<IReadOnlyList<RegisteredModel>> ListAsync(Database database, CancellationToken cancel)
    {
        var vectors = new VectorStore(database.Source);
        var rows = await vectors.ListModelsAsync(cancel);
        var active = await new ActiveModelStore(database.Source).FindAsync(cancel);
        var stages = (await new StageStore(database.Source).StatusAsync([.. rows.Select(row => Stages.Embed(row.ModelId))], cancel))
            .ToDictionary(stage => stage.Stage);
        var models = new List<RegisteredModel>();
        foreach (var row in rows)
        {
            var stage = stages[Stages.Embed(row.ModelId)];
            models.Add(new RegisteredModel(
                row, await vectors.CountAsync(row.ModelId, cancel), stage.ToDo + stage.Failed, row.ModelId == active?.ModelId,
                Models.Installed(row) is not null));
        }

        return models;
    }

    /// <summary>The one that a name or id means.</summary>
    /// <exception cref="UsageException">None or several are called so.</exception>
    public static async Task<RegisteredModel> FindAsync(Database database, string name, CancellationToken cancel)
    {
        var all = await ListAsync(database, cancel);
        var found = all.Where(model => model.Row.ModelId == name).DefaultIfEmpty()
            .Concat(all.Where(model => model.Row.Name == name)).OfType<RegisteredModel>().Distinct().ToList();
        return found switch
        {
            [var only] => only,
            [var exact, ..] when exact.Row.ModelId == name => exact,
            [] => throw new UsageException(
                $"{database.Description} knows no model '{name}'; it knows {List(all)}. Add one with: imagepipeline models add {name}"),
            _ => throw new UsageException($"'{name}' is the name of several: {List(found)}. Give the id of one."),
        };
    }

    static string List(IReadOnlyCollection<RegisteredModel> models) =>
        models.Count == 0 ? "none" : string.Join(", ", models.Select(model => model.Row.ModelId));
}
