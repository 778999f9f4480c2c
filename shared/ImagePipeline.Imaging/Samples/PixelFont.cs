namespace ImagePipeline.Imaging.Samples;

/// <summary>
/// A 5 x 7 bitmap alphabet drawn for this project, so that pictures with text need no font file. Enlarged, its cells
/// melt into strokes: the ink is interpolated between cell centres and cut at a level.
/// Lower case is written as capitals; a character that is not there is written as a space.
/// </summary>
static class PixelFont
{
    /// <summary>Height of a letter, in cells.</summary>
    public const int Rows = 7;

    /// <summary>The ink at the edge of a stroke; below one half, which fattens the strokes a little.</summary>
    public const float Edge = 0.36f;

    /// <summary>Cells are taken to be at least this many pixels: the edge of smaller ones would reach where no ink
    /// is.</summary>
    public const float SmallestSlope = 0.5f / Edge;

    const int Advance = 6;

    static readonly Dictionary<char, uint[]> Glyphs = Parse(
    """
    A .###. #...# #...# ##### #...# #...# #...#
    B ####. #...# #...# ####. #...# #...# ####.
    C .#### #.... #.... #.... #.... #.... .####
    D ####. #...# #...# #...# #...# #...# ####.
    E ##### #.... #.... ####. #.... #.... #####
    F ##### #.... #.... ####. #.... #.... #....
    G .#### #.... #.... #..## #...# #...# .####
    H #...# #...# #...# ##### #...# #...# #...#
    I .###. ..#.. ..#.. ..#.. ..#.. ..#.. .###.
    J ...## ....# ....# ....# ....# #...# .###.
    K #...# #..#. #.#.. ##... #.#.. #..#. #...#
    L #.... #.... #.... #.... #.... #.... #####
    M #...# ##.## #.#.# #.#.# #...# #...# #...#
    N #...# ##..# ##..# #.#.# #..## #..## #...#
    O .###. #...# #...# #...# #...# #...# .###.
    P ####. #...# #...# ####. #.... #.... #....
    Q .###. #...# #...# #...# #.#.# #..#. .##.#
    R ####. #...# #...# ####. #.#.. #..#. #...#
    S .#### #.... #.... .###. ....# ....# ####.
    T ##### ..#.. ..#.. ..#.. ..#.. ..#.. ..#..
    U #...# #...# #...# #...# #...# #...# .###.
    V #...# #...# #...# #...# #...# .#.#. ..#..
    W #...# #...# #...# #.#.# #.#.# ##.## #...#
    X #...# #...# .#.#. ..#.. .#.#. #...# #...#
    Y #...# #...# .#.#. ..#.. ..#.. ..#.. ..#..
    Z ##### ....# ...#. ..#.. .#... #.... #####
    0 .###. #...# #..## #.#.# ##..# #...# .###.
    1 ..#.. .##.. ..#.. ..#.. ..#.. ..#.. .###.
    2 .###. #...# ....# ..##. .#... #.... #####
    3 ####. ....# ....# .###. ....# ....# ####.
    4 #..#. #..#. #..#. ##### ...#. ...#. ...#.
    5 ##### #.... ####. ....# ....# #...# .###.
    6 .###. #.... #.... ####. #...# #...# .###.
    7 ##### ....# ...#. ..#.. ..#.. ..#.. ..#..
    8 .###. #...# #...# .###. #...# #...# .###.
    9 .###. #...# #...# .#### ....# ....# .###.
    . ..... ..... ..... ..... ..... .##.. .##..
    , ..... ..... ..... ..... .##.. ..#.. .#...
    ! ..#.. ..#.. ..#.. ..#.. ..#.. ..... ..#..
    ? .###. #...# ....# ..##. ..#.. ..... ..#..
    - ..... ..... ..... .###. ..... ..... .....
    + ..... ..#.. ..#.. ##### ..#.. ..#.. .....
    : ..... ..#.. ..#.. ..... ..#.. ..#.. .....
    / ....# ....# ...#. ..#.. .#... #.... #....
    % ##..# ##..# ...#. ..#.. .#... #..## #..##
    & .##.. #..#. #.#.. .#... #.#.# #..#. .##.#
    ' ..#.. ..#.. .#... ..... ..... ..... .....
    """);

    /// <summary>Width of a text, in cells.</summary>
    public static int Columns(string text) => Math.Max(0, (text.Length * Advance) - 1);

    /// <summary>How much ink a point carries: 0 to 1; strokes end at <see cref="Edge"/>.</summary>
    /// <param name="text">One line.</param>
    /// <param name="x">Cells from the left edge of the text.</param>
    /// <param name="y">Cells from its top.</param>
    public static float Ink(string text, float x, float y)
    {
        var (column, row) = (MathF.Floor(x - 0.5f), MathF.Floor(y - 0.5f));
        var (u, v) = (x - 0.5f - column, y - 0.5f - row);
        var (i, j) = ((int)column, (int)row);
        var top = float.Lerp(Cell(text, i, j), Cell(text, i + 1, j), u);
        var bottom = float.Lerp(Cell(text, i, j + 1), Cell(text, i + 1, j + 1), u);
        return float.Lerp(top, bottom, v);
    }

    static float Cell(string text, int column, int row)
    {
        if (column < 0 || row < 0 || row >= Rows || column / Advance >= text.Length
            || !Glyphs.TryGetValue(char.ToUpperInvariant(text[column / Advance]), out var glyph))
        {
            return 0f;
        }

        // Bit 4 is the leftmost of five columns; the sixth is the gap.
        return column % Advance < 5 ? (glyph[row] >> (4 - (column % Advance))) & 1 : 0f;
    }

    static Dictionary<char, uint[]> Parse(string table)
    {
        var glyphs = new Dictionary<char, uint[]>();
        foreach (var line in table.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var rows = line[2..].Split(' ');
            glyphs[line[0]] = [.. rows.Select(row => Convert.ToUInt32(row.Replace('.', '0').Replace('#', '1'), 2))];
        }

        return glyphs;
    }
}
