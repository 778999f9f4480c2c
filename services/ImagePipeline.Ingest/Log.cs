
namespace ImagePipeline.Ingest;

static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message =
        "{Images} images are stored but not announced ({Fault}); the reconciler will announce them")]
    public static partial void NotAnnounced(this ILogger log, int images, string fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "A request was not served because {Part} is away: {Fault}")]
    public static partial void PartAway(this ILogger log, string part, string fault);
}
