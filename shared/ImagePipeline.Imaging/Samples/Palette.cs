using System.Numerics;

namespace ImagePipeline.Imaging.Samples;

/// <summary>Seven colours that go together. Colours are sRGB, each channel 0 to 1.</summary>
/// <param name="Dark">Near black, for outlines, night and text.</param>
/// <param name="Light">Near white, for paper, mist and highlights.</param>
/// <param name="Accents">Five colours from calm to loud.</param>
sealed record Palette(Vector3 Dark, Vector3 Light, Vector3[] Accents)
{
    static readonly Palette[] All =
    [
        From(0x1B2A41, 0xF4F1DE, 0x3D5A80, 0x98C1D9, 0x81B29A, 0xF2CC8F, 0xE07A5F),
        From(0x22223B, 0xF2E9E4, 0x4A4E69, 0x9A8C98, 0xC9ADA7, 0xB56576, 0xE56B6F),
        From(0x10222B, 0xEAF4F4, 0x006D77, 0x42999B, 0x83C5BE, 0xFFDDD2, 0xE29578),
        From(0x1D1A31, 0xFFF3E2, 0x4D2D52, 0x9A4C95, 0xF08CAE, 0xFFB86B, 0xFF6B35),
        From(0x16261D, 0xF7F5E6, 0x386641, 0x6A994E, 0xA7C957, 0xE9C46A, 0xBC4749),
        From(0x14213D, 0xF5F5F5, 0x2B4C7E, 0x567EBB, 0xA3B9D6, 0xFCA311, 0xD62828),
        From(0x2B1D14, 0xFBF3E4, 0x6F4518, 0xA47148, 0xD4A276, 0x588B8B, 0xC8553D),
        From(0x0B132B, 0xE9F7F5, 0x1C2541, 0x3A506B, 0x5BC0BE, 0xF4D35E, 0xEE964B),
        From(0x2D132C, 0xFDF0F0, 0x801336, 0xC72C41, 0xEE4540, 0xF6BD60, 0x5C80BC),
        From(0x1F2421, 0xF1F7ED, 0x216869, 0x49A078, 0x9CC5A1, 0xDCE1DE, 0xE4572E),
        From(0x231942, 0xF6F0FF, 0x5E548E, 0x9F86C0, 0xBE95C4, 0xE0B1CB, 0xF7B801),
        From(0x0D1F2D, 0xF0F7FA, 0x1F6E8C, 0x2E8BC0, 0x84D2F6, 0xFFD166, 0xEF476F),
        From(0x26221F, 0xFAF7F2, 0x5F5B57, 0x8D8880, 0xBDB7AB, 0xD9CAB3, 0x6D9886),
        From(0x2A0F2E, 0xFFF7E6, 0x3F1D63, 0x3A86A8, 0x2EC4B6, 0xFF9F1C, 0xE71D36),
    ];

    /// <summary>One of the built-in palettes.</summary>
    public static Palette Pick(SceneRandom random) => random.Pick<Palette>(All);

    /// <summary>One of the five accents, wrapping around.</summary>
    public Vector3 Accent(int index) => Accents[index % Accents.Length];

    /// <summary>A random accent.</summary>
    public Vector3 AnyAccent(SceneRandom random) => random.Pick<Vector3>(Accents);

    /// <summary>A colour from a hexadecimal number, 0xRRGGBB.</summary>
    public static Vector3 Hex(int rgb) =>
        new Vector3((rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255) / 255f;

    static Palette From(int dark, int light, params ReadOnlySpan<int> accents)
    {
        var colours = new Vector3[accents.Length];
        for (var i = 0; i < accents.Length; i++)
        {
            colours[i] = Hex(accents[i]);
        }

        return new Palette(Hex(dark), Hex(light), colours);
    }
}
