using ImagePipeline.Inference;
using ImagePipeline.Storage;

namespace ImagePipeline.Search;

/// <summary>Finds the files of the models that a database knows.</summary>
public static class InstalledModels
{
    /// <summary>The folder that holds a registered model, file and all; null where none does.</summary>
    public static ModelFolder? Find(ModelRow row) => ModelFolders.List().FirstOrDefault(folder => IsOf(row, folder));

    /// <summary>What a folder's manifest says; null where it is no manifest.</summary>
    public static ModelManifest? ManifestOf(ModelFolder folder)
    {
        try
        {
            return ModelManifest.Load(folder.Manifest);
        }
        catch (ModelException)
        {
            return null;
        }
    }

    static bool IsOf(ModelRow row, ModelFolder folder) => ManifestOf(folder) is { } manifest
        && manifest.ModelId.ToString() == row.ModelId && (row.Sha256 is null || row.Sha256 == manifest.Sha256);
}
