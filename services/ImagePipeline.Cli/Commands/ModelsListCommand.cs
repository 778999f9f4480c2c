using System.CommandLine;
using ImagePipeline.Cli.Catalogue;
using ImagePipeline.Cli.Fleet;
using ImagePipeline.Cli.Output;
using ImagePipeline.Inference;
using Spectre.Console;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>models list</c>: what is installed, what the database knows, what can be pulled.</summary>
static class ModelsListCommand
{
    sealed record InstalledRow(
        string Name, string? ModelId, int? Dimensions, string? CopiesBy, string? Licence, string Where, string Manifest, string? Fault);

    sealed record RegisteredRow(string ModelId, bool Active, long Vectors, long Missing, bool Installed);

    sealed record CatalogueRow(string Name, string Summary, int Dimensions, long? Bytes, string Licence, bool HasDigest, bool Pulled);

    public static Command Create() => new Command(
        "list", "The models installed here, those that the database knows, and those that can be pulled.").WithExamples("""
        imagepipeline models list
        imagepipeline models list --json | jq '.database.models[] | select(.active)'
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var folders = ModelFolders.List();
        var installed = folders.Select(Describe).ToList();
        var catalogue = ModelCatalogue.Entries.Select(entry => new CatalogueRow(
            entry.Name, entry.Summary, entry.Dimensions, entry.Bytes, entry.Licence, entry.Sha256 is not null,
            folders.Any(folder => folder.Name == entry.Name))).ToList();

        Session? session = null;
        IReadOnlyList<RegisteredModel>? registered = null;
        if (Session.HasDatabase(parsed))
        {
            session = await Session.OpenAsync(parsed, cancel, mustExist: true);
            await using (session)
            {
                registered = await RegisteredModel.ListAsync(session.Database, cancel);
            }
        }

        var rows = registered?.Select(model => new RegisteredRow(
            model.Row.ModelId, model.IsActive, model.Vectors, model.Missing, model.IsInstalled)).ToList();
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                folder = ModelFolders.User,
                installed,
                database = session is null ? null : new { data = session.Database.Description, models = rows },
                catalogue,
            });
            return ExitCode.Done;
        }

        WriteInstalled(installed);
        if (session is not null && rows is not null)
        {
            WriteRegistered(session.Database.Description, rows);
        }

        WriteCatalogue(catalogue);
        return ExitCode.Done;
    }

    static InstalledRow Describe(ModelFolder folder)
    {
        var where = folder.IsUsers ? "yours" : "built_in";
        try
        {
            var manifest = ModelManifest.Load(folder.Manifest);
            return new InstalledRow(
                folder.Name, manifest.ModelId.ToString(), manifest.Output.Dimensions,
                CopyDecision.Of(manifest, FleetCommandOptions.Relate().CopyProbability).Word, manifest.Licence, where, folder.Manifest, null);
        }
        catch (ModelException fault)
        {
            return new InstalledRow(folder.Name, null, null, null, null, where, folder.Manifest, fault.Message);
        }
    }

    static void WriteInstalled(List<InstalledRow> models)
    {
        Terminal.Out.MarkupLine($"[bold]Installed[/] [grey](yours in {Markup.Escape(ModelFolders.User)})[/]");
        var table = NewTable("name", "id", "dimensions", "copies from", "where", "licence");
        foreach (var model in models)
        {
            table.AddRow(
                Markup.Escape(model.Name), model.ModelId ?? "-", model.Dimensions is { } length ? $"{length:N0}" : "-", model.CopiesBy ?? "-",
                model.Where == "yours" ? "yours" : "built in", Markup.Escape(model.Fault ?? model.Licence!));
        }

        Terminal.Out.Write(table);
    }

    static void WriteRegistered(string database, List<RegisteredRow> models)
    {
        Terminal.Out.MarkupLine($"[bold]In the database[/] [grey]{Markup.Escape(database)}[/]");
        var table = NewTable("id", "active", "images with a vector", "without", "installed here");
        foreach (var model in models)
        {
            table.AddRow(
                model.ModelId, model.Active ? "[green]active[/]" : "", $"{model.Vectors:N0}", $"{model.Missing:N0}",
                model.Installed ? "yes" : "[yellow]no[/]");
        }

        Terminal.Out.Write(table);
    }

    static void WriteCatalogue(List<CatalogueRow> models)
    {
        Terminal.Out.MarkupLine("[bold]To be pulled[/] [grey](imagepipeline models pull NAME)[/]");
        var table = NewTable("name", "dimensions", "size", "pulled", "what it is good at", "licence");
        foreach (var model in models)
        {
            table.AddRow(
                model.Name, $"{model.Dimensions:N0}",
                model.Bytes is { } bytes ? FormattableString.Invariant($"{bytes / 1e6:N0} MB") : "-",
                model.Pulled ? "[green]yes[/]" : "", Markup.Escape(model.Summary), Markup.Escape(model.Licence));
        }

        Terminal.Out.Write(table);
    }

    static Table NewTable(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            var isNumber = column is "dimensions" or "images with a vector" or "without" or "size";
            table.AddColumn(isNumber ? new TableColumn(column).RightAligned() : new TableColumn(column));
        }

        return table;
    }
}
