using System.Reflection;
using BenchmarkDotNet.Attributes;

namespace ImagePipeline.Benchmarks;

/// <summary>The BenchmarkDotNet classes of this assembly.</summary>
static class DotNetBenchmarks
{
    static IEnumerable<Type> Classes => typeof(DotNetBenchmarks).Assembly.GetTypes()
        .Where(type => With<BenchmarkAttribute>(type).Any()).OrderBy(type => type.Name);

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => Classes.Select(type => type.Name);

    /// <summary>Calls every benchmark once, with the first value of each parameter: shows that they still work.</summary>
    public static void RunOnce(TextWriter output)
    {
        foreach (var type in Classes)
        {
            var instance = Activator.CreateInstance(type);
            foreach (var property in type.GetProperties())
            {
                if (property.GetCustomAttribute<ParamsAttribute>() is { } parameters)
                {
                    property.SetValue(instance, parameters.Values[0]);
                }
            }

            foreach (var method in With<GlobalSetupAttribute>(type).Concat(With<BenchmarkAttribute>(type)))
            {
                method.Invoke(instance, null);
            }

            output.WriteLine($"--- {type.Name}: {string.Join(", ", With<BenchmarkAttribute>(type).Select(m => m.Name))}");
        }
    }

    static IEnumerable<MethodInfo> With<T>(Type type)
        where T : Attribute => type.GetMethods().Where(method => method.GetCustomAttribute<T>() is not null);
}
