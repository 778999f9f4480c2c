using System.ComponentModel.DataAnnotations;

namespace ImagePipeline.Storage.Indexing;

/// <summary>When tables get an index for search, and how one is built.</summary>
public sealed record VectorIndexPolicy
{
    /// <summary>Rows from which a table gets an index; below, comparing all is as quick and exact. Default
    /// 50,000.</summary>
    [Range(0, long.MaxValue)]
    public long Above { get; init; } = 50_000;

    /// <summary>Links of a vector in each layer of its HNSW graph, 4 to 64. More find more and take more room. Default
    /// 16.</summary>
    [Range(4, 64)]
    public int Links { get; init; } = 16;

    /// <summary>Candidates looked at for each vector while the graph is built, 2 x <see cref="Links"/> to 1,000. More
    /// find more and take longer. Default 100.</summary>
    [Range(8, 1000)]
    public int Candidates { get; init; } = 100;

    /// <summary>Most memory for one build, in megabytes, on the server. A graph that does not fit is finished on disk,
    /// many times slower. Default 2,048.</summary>
    [Range(64, 1_000_000)]
    public int MemoryMegabytes { get; init; } = 2_048;

    /// <summary>Processes of the server that help to build. Default 3; the server's max_parallel_workers bounds
    /// it.</summary>
    [Range(0, 64)]
    public int Workers { get; init; } = 3;

    /// <summary>Whether a table of so many rows gets an index.</summary>
    public bool Wants(long rows) => rows >= Above;

    /// <summary>About how many megabytes a graph takes while it is built.</summary>
    /// <param name="rows">Vectors.</param>
    /// <param name="vectorBytes">Bytes of a vector.</param>
    /// <remarks>Each vector, two numbers of 8 bytes a link in a lowest layer of twice the links and in layers above
    /// that hold a fifteenth, and what is kept beside. pgvector 0.8.0 says how many vectors fit: of 512 bytes, it took
    /// 1,292 a vector with 16 links and 1,802 with 32.</remarks>
    public long GraphMegabytes(long rows, int vectorBytes) =>
        (long)(rows * (vectorBytes + 16 * (2 * Links + Links / 15.0) + 250) / (1 << 20)) + 1;

    /// <summary>The setting maintenance_work_mem of a build, in megabytes: what the graph takes and a tenth, within the
    /// bound.</summary>
    public long BuildMegabytes(long rows, int vectorBytes) =>
        Math.Clamp(GraphMegabytes(rows, vectorBytes) * 11 / 10, 64, MemoryMegabytes);
}
