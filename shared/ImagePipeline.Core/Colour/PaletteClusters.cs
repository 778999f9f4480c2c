namespace ImagePipeline.Core.Colour;

/// <summary>Gathers histogram cells into a few colours, as <see cref="Palette"/> describes.</summary>
static class PaletteClusters
{
    const int Rounds = 2;

    /// <summary>Fills <paramref name="colours"/> with clusters of the cells, in no order.</summary>
    /// <param name="cells">Cells with pixels, at least one; <see cref="PaletteCell.Nearest"/> is overwritten.</param>
    /// <param name="colours">Receives the clusters.</param>
    /// <returns>How many there are, at least 1.</returns>
    public static int Gather(Span<PaletteCell> cells, Span<PaletteCell> colours)
    {
        colours = colours[..Choose(cells, colours)];
        for (var round = 0; round < Rounds; round++)
        {
            MoveToMeans(cells, colours);
        }

        var count = colours.Length;
        while (JoinNearest(colours[..count]))
        {
            count--;
        }

        return count;
    }

    /// <summary>Chooses the first colours among the cells: frequent ones, far from each other.</summary>
    static int Choose(Span<PaletteCell> cells, Span<PaletteCell> colours)
    {
        foreach (ref var cell in cells)
        {
            cell.Nearest = 1; // the same for all, so that the most frequent one comes first
        }

        var chosen = 0;
        while (chosen < colours.Length)
        {
            var best = 0;
            for (var i = 1; i < cells.Length; i++)
            {
                if (cells[i].Count * cells[i].Nearest > cells[best].Count * cells[best].Nearest)
                {
                    best = i;
                }
            }

            if (cells[best].Nearest < Palette.MergeDistance * Palette.MergeDistance)
            {
                break;
            }

            var colour = cells[best].Colour;
            colours[chosen++] = cells[best];
            foreach (ref var cell in cells)
            {
                cell.Nearest = Math.Min(cell.Nearest, cell.Colour.SquaredDistanceTo(colour));
            }
        }

        return chosen;
    }

    /// <summary>Gives each cell to its nearest colour, and moves each colour to the mean of its pixels.</summary>
    static void MoveToMeans(ReadOnlySpan<PaletteCell> cells, Span<PaletteCell> colours)
    {
        foreach (ref var colour in colours)
        {
            colour = new() { Colour = colour.Colour };
        }

        foreach (ref readonly var cell in cells)
        {
            var nearest = 0;
            var distance = float.MaxValue;
            for (var i = 0; i < colours.Length; i++)
            {
                var other = cell.Colour.SquaredDistanceTo(colours[i].Colour);
                if (other < distance)
                {
                    (nearest, distance) = (i, other);
                }
            }

            colours[nearest].Add(cell);
        }

        foreach (ref var colour in colours)
        {
            if (colour.Count > 0)
            {
                colour.Settle();
            }
        }
    }

    /// <summary>Joins the nearest two colours if they count as one, or drops an empty one.</summary>
    /// <returns>Whether it did; the last place is then free.</returns>
    static bool JoinNearest(Span<PaletteCell> colours)
    {
        var (a, b) = (0, 0);
        var nearest = Palette.MergeDistance * Palette.MergeDistance;
        for (var i = 1; i < colours.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var isEmpty = colours[i].Count == 0 || colours[j].Count == 0;
                var distance = isEmpty ? 0 : colours[i].Colour.SquaredDistanceTo(colours[j].Colour);
                if (distance < nearest)
                {
                    (a, b, nearest) = (j, i, distance);
                }
            }
        }

        if (b == 0)
        {
            return false;
        }

        colours[a].Add(colours[b]);
        colours[a].Settle();
        colours[b] = colours[^1];
        return true;
    }
}
