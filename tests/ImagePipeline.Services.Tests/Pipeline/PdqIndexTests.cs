using ImagePipeline.Clusterer;
using ImagePipeline.Core.Duplicates;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Services.Tests.Pipeline;

/// <summary>What the index of the near-duplicate search finds, and what it keeps apart.</summary>
public sealed class PdqIndexTests
{
    static readonly Hash256 Upright = new(1, 2, 3, 4);

    [Fact]
    public void Flat_pictures_match_those_of_the_sameUpright_and_size_alone()
    {
        var index = new PdqIndex();
        for (var number = 1; number <= 3; number++)
        {
            index.Add(Picture(number, 0));
            index.Add(Picture(number, 0));
        }

        index.Add(Picture(4, 0) with { WidthPx = 65 });
        index.Add(Picture(5, 100));

        Assert.Equal(5, index.Count);
        Assert.Equal(
            [new PdqMatch(Id(1), 64, 48, DihedralTransform.None, 0), new PdqMatch(Id(3), 64, 48, DihedralTransform.None, 0)],
            index.Search(Picture(2, 0), [Upright], 31, 64));
        Assert.Single(index.Search(Picture(2, 0), [Upright], 31, 1));
        Assert.Empty(index.Search(Picture(4, 0) with { WidthPx = 65 }, [Upright], 31, 64));
        Assert.Empty(index.Search(Picture(6, 0) with { HeightPx = 1 }, [Upright], 31, 64));
    }

    [Fact]
    public void Matches_name_the_picture_whatever_flat_ones_came_between()
    {
        var index = new PdqIndex();
        index.Add(Picture(1, 0));
        index.Add(Picture(2, 100) with { WidthPx = 7 });
        index.Add(Picture(3, 0));
        index.Add(Picture(4, 100) with { Pdq = new Hash256(1, 2, 3, 5), HeightPx = 9 });

        Assert.Equal(
            [new PdqMatch(Id(2), 7, 48, DihedralTransform.None, 0), new PdqMatch(Id(4), 64, 9, DihedralTransform.None, 1)],
            index.Search(Picture(9, 100), [Upright], 31, 64));
    }

    static IndexedPicture Picture(int number, int quality) => new(Id(number), Upright, quality, 64, 48);

    static Guid Id(int number) => new(number, 0, 0, new byte[8]);
}
