using System.Numerics;

namespace ImagePipeline.Imaging.Samples.Scenes;

/// <summary>A skyline: fractal noise along x about a base height.</summary>
/// <param name="Base">Mean height y.</param>
/// <param name="Swing">Largest deviation from it.</param>
/// <param name="Frequency">Bumps per picture height.</param>
/// <param name="Octaves">Roughness: 1 rolls, 5 is rocky.</param>
/// <param name="Seed">Chooses the noise.</param>
readonly record struct Ridge(float Base, float Swing, float Frequency, int Octaves, uint Seed)
{
    public static Ridge Random(SceneRandom random, float height, float swing, float frequency) =>
        new(height, swing, frequency * random.Between(0.8f, 1.4f), 2 + random.Below(3), (uint)random.Next());

    public float At(float x) =>
        Base + (Swing * 2f * (Noise.Fractal(new Vector2((x * Frequency) + 31f, 0.5f), Octaves, Seed) - 0.5f));
}
