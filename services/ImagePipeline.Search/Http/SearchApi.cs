using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using ImagePipeline.Hosting;
using ImagePipeline.Hosting.Access;
using ImagePipeline.Hosting.Fleet;
using ImagePipeline.Imaging;
using ImagePipeline.Inference;
using ImagePipeline.Search.Duplicates;

namespace ImagePipeline.Search.Http;

/// <summary>The HTTP API and the page of the search service: the same in a fleet and in <c>imagepipeline serve</c>.</summary>
public static class SearchApi
{
    /// <summary>Adds limits, answers to faults, the OpenAPI document, access, and what answers questions. Database and object stores are the
    /// caller's to add.</summary>
    /// <param name="builder">The service; it listens on <c>Http:Url</c>.</param>
    /// <exception cref="ValidationException">The service would be open to others, or an option is wrong or missing.</exception>
    public static void AddSearchApi(this WebApplicationBuilder builder)
    {
        builder.AddPipelineAccess(builder.Configuration["Http:Url"]!);
        var options = builder.Bind<SearchOptions>("Search");
        builder.Bind<ModelOptions>("Model");
        builder.Bind<EngineOptions>("Engine");
        builder.Bind<CpuOptions>("Cpu");
        builder.AddSearchLimits(options);

        builder.Services.AddSingleton(ImageLimits.Default with { MaxBytes = Math.Max(options.MaxImageBytes, ImageLimits.Default.MaxBytes) })
            .AddSingleton<CpuSlots>().AddSingleton<QueryModels>().AddSingleton<QuestionDesk>().AddSingleton<Pictures>()
            .AddSingleton<GroupDesk>().AddSingleton<GroupResolver>().AddSingleton<ClusterDesk>().AddSingleton<WaitingClusterRuns>()
            .AddSingleton<RetryDesk>().AddSingleton<StatusReader>();
        builder.Services.AddProblemDetails().AddExceptionHandler<FaultAnswers>().AddOpenApi("v1");
        // So that the answer says which value is wrong, as FaultAnswers writes it.
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            // What an order leaves out, or gives as null, is refused by name and not met later.
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
        });
    }

    /// <summary>Puts the API before the endpoints and maps them, and the page.</summary>
    public static WebApplication MapSearchApi(this WebApplication app)
    {
        app.Use(PageFiles.SecureAsync);
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UsePipelineAccess();
        app.UseRequestTimeouts();
        app.UseRateLimiter();
        app.MapOpenApi("/openapi/{documentName}.json");
        SearchEndpoints.Map(app);
        ImageEndpoints.Map(app);
        TagEndpoints.Map(app);
        DuplicateEndpoints.Map(app);
        DecisionEndpoints.Map(app);
        ClusterEndpoints.Map(app);
        CutEndpoints.Map(app);
        ClusterRunEndpoints.Map(app);
        ClusterEditEndpoints.Map(app);
        FolderEndpoints.Map(app);
        RetryEndpoints.Map(app);
        StatusEndpoints.Map(app);
        PageFiles.Map(app);
        return app;
    }
}
