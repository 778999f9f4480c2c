namespace ImagePipeline.Search.Http;

/// <summary>Who asks.</summary>
static class Callers
{
    /// <summary>By the name of the key or token; without any, who runs the service, since none but this machine reaches it then.</summary>
    public static string PersonName(this HttpContext context) =>
        context.User.Identity?.Name is { Length: > 0 } name ? name : Environment.UserName;
}
