using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Tests.Hashing;

public class PdqDihedralTests
{
    const int Width = 384, Height = 512;

    /// <summary>Which pixel of the original a pixel of the moved picture is, for each position.</summary>
    static readonly (string Name, bool Transposed, Func<int, int, (int X, int Y)> Map)[] Moves =
    [
        ("original", false, (x, y) => (x, y)),
        ("rotate90", true, (x, y) => (Width - 1 - y, x)),
        ("rotate180", false, (x, y) => (Width - 1 - x, Height - 1 - y)),
        ("rotate270", true, (x, y) => (y, Height - 1 - x)),
        ("flipX", false, (x, y) => (x, Height - 1 - y)),
        ("flipY", false, (x, y) => (Width - 1 - x, y)),
        ("flipPlus1", true, (x, y) => (y, x)),
        ("flipMinus1", true, (x, y) => (Width - 1 - y, Height - 1 - x)),
    ];

    [Fact]
    public void Each_position_is_nearest_to_the_picture_moved_that_way()
    {
        var rgb = ProceduralPicture.Draw("waves", Width, Height);
        var variants = Pdq.Compute(rgb, Width, Height).Hashes;
        for (var position = 0; position < PdqDihedral.Count; position++)
        {
            var (name, transposed, map) = Moves[position];
            var (newWidth, newHeight) = transposed ? (Height, Width) : (Width, Height);
            var moved = Pdq.Compute(ProceduralPicture.Remap(rgb, Width, newWidth, newHeight, map), newWidth, newHeight);

            var nearest = variants.NearestTo(moved.Hashes.Original);

            Assert.Equal((position, name), (nearest.Position, PdqDihedral.Names[position]));
            Assert.InRange(nearest.Distance, 0, Pdq.MatchDistance);
        }
    }

    [Fact]
    public void There_is_no_ninth_position()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => default(PdqDihedral)[PdqDihedral.Count]);
        Assert.Throws<ArgumentOutOfRangeException>(() => default(PdqDihedral)[-1]);
    }
}
