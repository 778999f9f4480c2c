using ImagePipeline.Core.Duplicates;

namespace ImagePipeline.Core.Tests.Duplicates;

public sealed class DuplicateCodesTests
{
    [Fact]
    public void Codes_of_kinds_are_those_the_database_knows()
    {
        Assert.Equal(["same_bytes", "same_pixels", "edited_copy", "similar"],
            Enum.GetValues<DuplicateKind>().Select(kind => kind.Code()));
        foreach (var kind in Enum.GetValues<DuplicateKind>())
        {
            Assert.True(DuplicateKinds.TryParse(kind.Code(), out var read));
            Assert.Equal(kind, read);
        }

        Assert.False(DuplicateKinds.TryParse("SameBytes", out _));
        Assert.False(DuplicateKinds.TryParse(null, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((DuplicateKind)4).Code());
    }

    [Fact]
    public void Codes_of_transforms_are_those_the_database_knows()
    {
        Assert.Equal(
            ["none", "rotate_90", "rotate_180", "rotate_270", "mirror", "flip", "transpose", "transverse"],
            Enum.GetValues<DihedralTransform>().Select(transform => transform.Code()));
        foreach (var transform in Enum.GetValues<DihedralTransform>())
        {
            Assert.True(DihedralTransforms.TryParse(transform.Code(), out var read));
            Assert.Equal(transform, read);
        }

        Assert.False(DihedralTransforms.TryParse("rotate", out _));
        Assert.Equal("rotated 90°", DihedralTransform.Rotate90.Words());
        Assert.Equal("mirrored", DihedralTransform.Mirror.Words());
    }

    [Fact]
    public void Positions_of_PDQ_hashes_turn_counterclockwise()
    {
        Assert.Equal(
            ["none", "rotate_270", "rotate_180", "rotate_90", "flip", "mirror", "transpose", "transverse"],
            Enumerable.Range(0, 8).Select(position => DihedralTransforms.FromPdqPosition(position).Code()));
        Assert.Throws<ArgumentOutOfRangeException>(() => DihedralTransforms.FromPdqPosition(8));
    }

    [Fact]
    public void A_transform_its_inverse_and_its_words_agree_with_what_they_do_to_a_picture()
    {
        foreach (var transform in Enum.GetValues<DihedralTransform>())
        {
            Assert.Equal("abcd", Apply(transform.Inverse(), Apply(transform, "abcd")));
        }

        Assert.Equal(Apply(DihedralTransform.Transpose, "abcd"),
            Apply(DihedralTransform.Rotate270, Apply(DihedralTransform.Mirror, "abcd")));
        Assert.Equal(Apply(DihedralTransform.Transverse, "abcd"),
            Apply(DihedralTransform.Rotate90, Apply(DihedralTransform.Mirror, "abcd")));
    }

    /// <summary>A picture of 2 x 2 pixels, row by row.</summary>
    static string Apply(DihedralTransform transform, string p) => transform switch
    {
        DihedralTransform.None => p,
        DihedralTransform.Rotate90 => $"{p[2]}{p[0]}{p[3]}{p[1]}",
        DihedralTransform.Rotate180 => $"{p[3]}{p[2]}{p[1]}{p[0]}",
        DihedralTransform.Rotate270 => $"{p[1]}{p[3]}{p[0]}{p[2]}",
        DihedralTransform.Mirror => $"{p[1]}{p[0]}{p[3]}{p[2]}",
        DihedralTransform.Flip => $"{p[2]}{p[3]}{p[0]}{p[1]}",
        DihedralTransform.Transpose => $"{p[0]}{p[2]}{p[1]}{p[3]}",
        _ => $"{p[3]}{p[1]}{p[2]}{p[0]}",
    };
}
