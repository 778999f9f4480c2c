using System.CommandLine;
using ImagePipeline.Cli;
using ImagePipeline.Cli.Commands;

var root = new RootCommand("ImagePipeline turns a folder of images into a PostgreSQL database that you can ask: "
    + "which of these are copies, what looks like this one, what is in there.")
{
    CommonOptions.Data, CommonOptions.Postgres, CommonOptions.Json, CommonOptions.NoProgress,
    RunCommand.Create(), DemoCommand.Create(), StatusCommand.Create(), IngestCommand.Create(), JobsCommand.Create(),
    SearchCommand.Create(), CheckCommand.Create(), DuplicatesCommand.Create(), VerdictCommand.Create(), TagCommand.Create(), ClusterCommand.Create(), SqlCommand.Create(),
    ServeCommand.Create(),
    HashCommand.Create(), EmbedCommand.Create(), ModelsCommand.Create(), EvaluateCommand.Create(), BenchCommand.Create(), DoctorCommand.Create(),
    MigrateCommand.Create(), QueuesCommand.Create(), DeadLettersCommand.Create(),
    IndexCommand.Create(), CodesCommand.Create(),
};
return await CommandLine.InvokeAsync(root, args);
