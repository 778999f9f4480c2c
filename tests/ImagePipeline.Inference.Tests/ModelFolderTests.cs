namespace ImagePipeline.Inference.Tests;

/// <summary>Models that are named without a path. The folder of the user is the process's: these tests set it.</summary>
public sealed class ModelFolderTests : IDisposable
{
    readonly TinyModel _tiny = new();
    readonly string _root = Directory.CreateTempSubdirectory("models-").FullName;

    public ModelFolderTests() => Environment.SetEnvironmentVariable(ModelFolders.Variable, _root);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(ModelFolders.Variable, null);
        Directory.Delete(_root, recursive: true);
        _tiny.Dispose();
    }

    [Fact]
    public void A_name_is_found_in_the_folder_of_the_user()
    {
        Put("tiny-of-mine");

        Assert.Equal("tiny", ModelManifest.Load("tiny-of-mine").Name);
        Assert.Equal(Path.Combine(_root, "tiny-of-mine", "tiny.json"), ModelFolders.FindManifest("tiny-of-mine"));
    }

    [Fact]
    public void The_list_has_the_built_in_model_and_those_of_the_user_that_are_whole()
    {
        Put("whole");
        Put(".new-half");
        Directory.CreateDirectory(Path.Combine(_root, "empty"));
        Put("gist");

        var models = ModelFolders.List();

        Assert.Equal([("whole", true)], models.Where(model => model.IsUsers).Select(model => (model.Name, model.IsUsers)));
        Assert.False(Assert.Single(models, model => model.Name == "gist").IsUsers);
    }

    [Fact]
    public void Without_the_variable_it_is_a_folder_of_the_user_s_data()
    {
        Environment.SetEnvironmentVariable(ModelFolders.Variable, null);

        Assert.EndsWith(Path.Combine("imagepipeline", "models"), ModelFolders.User, StringComparison.Ordinal);
        Assert.True(Path.IsPathRooted(ModelFolders.User));
    }

    [Fact]
    public void A_name_that_is_nowhere_says_where_models_of_one_s_own_lie()
    {
        var fault = Assert.Throws<ModelException>(() => ModelManifest.Load("nowhere"));

        Assert.Contains(_root, fault.Message, StringComparison.Ordinal);
    }

    void Put(string name)
    {
        Directory.CreateDirectory(Path.Combine(_root, name));
        File.Copy(_tiny.ManifestPath, Path.Combine(_root, name, "tiny.json"));
        File.Copy(_tiny.OnnxPath, Path.Combine(_root, name, "tiny.onnx"));
    }
}
