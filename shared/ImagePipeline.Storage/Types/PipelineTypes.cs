using ImagePipeline.Core.Hashing;
using Npgsql;
using Npgsql.Internal;
using Npgsql.Internal.Postgres;

namespace ImagePipeline.Storage.Types;

/// <summary>Teaches a data source the column types of the schema: float[] as vector and halfvec, hashes as bit, and
/// arrays of these.</summary>
public static class PipelineTypes
{
    /// <summary>Registers the types. A parameter must name its type (<c>DataTypeName = "halfvec"</c>): a float[] without
    /// one stays <c>real[]</c>.</summary>
    public static NpgsqlDataSourceBuilder UsePipelineTypes(this NpgsqlDataSourceBuilder builder)
    {
        builder.AddTypeInfoResolverFactory(new Factory());
        return builder;
    }

    sealed class Factory : PgTypeInfoResolverFactory
    {
        public override IPgTypeInfoResolver CreateResolver() => new Resolver(Scalars());

        public override IPgTypeInfoResolver CreateArrayResolver() => new Resolver(Arrays());
    }

    sealed class Resolver(TypeInfoMappingCollection mappings) : IPgTypeInfoResolver
    {
        public PgTypeInfo? GetTypeInfo(Type? type, DataTypeName? dataTypeName, PgSerializerOptions options) =>
            mappings.Find(type, dataTypeName, options);
    }

    // MatchRequirement.DataTypeName: anything laxer would send every plain float[] as a vector.
    static TypeInfoMappingCollection Scalars()
    {
        var mappings = new TypeInfoMappingCollection();
        mappings.AddType<float[]>("vector",
            static (options, mapping, _) => mapping.CreateInfo(options, new VectorConverter(half: false)),
            static mapping => mapping with { MatchRequirement = MatchRequirement.DataTypeName });
        mappings.AddType<float[]>("halfvec",
            static (options, mapping, _) => mapping.CreateInfo(options, new VectorConverter(half: true)),
            static mapping => mapping with { MatchRequirement = MatchRequirement.DataTypeName });
        mappings.AddStructType<Hash64>("pg_catalog.bit",
            static (options, mapping, _) => mapping.CreateInfo(options, new Hash64Converter()));
        mappings.AddStructType<Hash256>("pg_catalog.bit",
            static (options, mapping, _) => mapping.CreateInfo(options, new Hash256Converter()));
        return mappings;
    }

    static TypeInfoMappingCollection Arrays()
    {
        var mappings = new TypeInfoMappingCollection(Scalars());
        mappings.AddArrayType<float[]>("vector");
        mappings.AddArrayType<float[]>("halfvec");
        mappings.AddStructArrayType<Hash64>("pg_catalog.bit");
        mappings.AddStructArrayType<Hash256>("pg_catalog.bit");
        return mappings;
    }
}
