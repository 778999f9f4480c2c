namespace ImagePipeline.Core.Colour;

/// <summary>Sums over some pixels of a picture: a cell of the histogram, or a colour of the palette.</summary>
struct PaletteCell
{
    /// <summary>Number of pixels.</summary>
    public int Count;

    /// <summary>Sum of red, sRGB.</summary>
    public int R;

    /// <summary>Sum of green.</summary>
    public int G;

    /// <summary>Sum of blue.</summary>
    public int B;

    /// <summary>Where the pixels lie in OKLab.</summary>
    public Oklab Colour;

    /// <summary>Squared distance to the nearest colour chosen so far.</summary>
    public float Nearest;

    /// <summary>Mean of the pixels, sRGB, rounded; there must be some.</summary>
    public readonly (byte R, byte G, byte B) Mean => (
        (byte)((R + Count / 2) / Count), (byte)((G + Count / 2) / Count), (byte)((B + Count / 2) / Count));

    /// <summary>Adds the pixels of another.</summary>
    public void Add(in PaletteCell other)
    {
        Count += other.Count;
        R += other.R;
        G += other.G;
        B += other.B;
    }

    /// <summary>Sets the place in OKLab to that of the mean.</summary>
    public void Settle()
    {
        var (r, g, b) = Mean;
        Colour = Oklab.FromRgb(r, g, b);
    }
}
