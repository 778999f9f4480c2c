using ImagePipeline.Storage.Indexing;

namespace ImagePipeline.Storage.Tests.Search;

public class VectorIndexPolicyTests
{
    [Theory]
    [InlineData(49_999, false)]
    [InlineData(50_000, true)]
    public void A_table_is_worth_an_index_from_50_000_rows(long rows, bool wanted) =>
        Assert.Equal(wanted, new VectorIndexPolicy().Wants(rows));

    /// <summary>What pgvector 0.8.0 said when maintenance_work_mem was full: vectors of 512 bytes in so many megabytes.</summary>
    [Theory]
    [InlineData(16, 6_493, 8)]
    [InlineData(32, 2_327, 4)]
    public void The_memory_of_a_graph_is_what_pgvector_needed(int links, long fitted, long megabytes) =>
        Assert.InRange(new VectorIndexPolicy { Links = links }.GraphMegabytes(100 * fitted, 512), 95 * megabytes, 105 * megabytes);

    [Fact]
    public void A_build_gets_what_it_needs_and_a_tenth_within_its_bounds()
    {
        var policy = new VectorIndexPolicy { MemoryMegabytes = 1_000 };

        Assert.Equal(64, policy.BuildMegabytes(10, 512));
        Assert.InRange(policy.BuildMegabytes(500_000, 512), 600, 720);
        Assert.Equal(1_000, policy.BuildMegabytes(5_000_000, 512));
    }
}
