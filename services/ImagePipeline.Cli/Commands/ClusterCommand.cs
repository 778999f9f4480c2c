using System.CommandLine;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>cluster …</c>: images in groups of what they show, kept fresh, named and corrected by people.</summary>
static class ClusterCommand
{
    public static Command Create() => new Command("cluster", "Group the images by what they show; name, merge, split and compare the groups.")
    {
        ClusterRunCommand.Create(), ClusterListCommand.Create(), ClusterShowCommand.Create(), ClusterReportCommand.Create(),
        ClusterLabelCommand.Create(), ClusterMergeCommand.Create(), ClusterSplitCommand.Create(), ClusterCutCommand.Create(),
        ClusterCompareCommand.Create(), ClusterActivateCommand.Create(), ClusterEvaluateCommand.Create(), ClusterWatchCommand.Create(),
    }.WithExamples("""
        imagepipeline cluster run                       group all images
        imagepipeline cluster show                      the groups, the largest first
        imagepipeline cluster report clusters.html      the same with pictures and a map
        imagepipeline cluster label 3 "sunflowers"      it is called so in later runs too
        imagepipeline cluster merge 3 7                 they are one, in later runs too
        imagepipeline cluster cut --show                more or fewer groups, without another run
        """);
}
