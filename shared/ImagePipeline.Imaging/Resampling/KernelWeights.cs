using System.Collections.Concurrent;

namespace ImagePipeline.Imaging.Resampling;

/// <summary>Weights to resample one axis: for each output a run of inputs, and a weight for each that sum to 1.</summary>
/// <remarks>
/// Output i is centred at (i + 0.5) x from / to - 0.5 and the kernel is widened by from / to when shrinking, as in Pillow's resize and
/// PyTorch's interpolate(antialias=True). Beyond an edge there is nothing: the weights inside are made to sum to 1.
/// </remarks>
sealed class KernelWeights
{
    // Pure values, so sharing them is not observable. A model that keeps the aspect has a length for every shape of picture, hence the
    // bound on their number; 20 kB each on average.
    const int LargestRemembered = ImageDecoder.WholeEdgePx;
    const int MostRemembered = 1024;
    static readonly ConcurrentDictionary<(int From, int To, ResizeKernel Kernel), KernelWeights> Remembered = new();
    static int _remembered;

    KernelWeights(int from, int to, ResizeKernel kernel)
    {
        var scale = from / (double)to;
        var stretch = Math.Max(1, scale);
        var radius = Radius(kernel) * stretch;
        Capacity = Math.Min(from, (int)Math.Ceiling(2 * radius) + 1);
        (Start, Count, Weight) = (new int[to], new int[to], new float[to * Capacity]);
        Span<double> raw = new double[Capacity];
        for (var output = 0; output < to; output++)
        {
            var centre = ((output + 0.5) * scale) - 0.5;
            var (first, last) = kernel == ResizeKernel.Nearest
                ? Nearest(centre, from)
                : (Math.Max(0, (int)Math.Ceiling(centre - radius)), Math.Min(from - 1, (int)Math.Floor(centre + radius)));
            var total = 0.0;
            for (var input = first; input <= last; input++)
            {
                raw[input - first] = kernel == ResizeKernel.Nearest ? 1 : At(kernel, (input - centre) / stretch);
                total += raw[input - first];
            }

            (Start[output], Count[output]) = (first, last - first + 1);
            for (var i = 0; i < Count[output]; i++)
            {
                Weight[(output * Capacity) + i] = (float)(raw[i] / total);
            }
        }
    }

    /// <summary>Places kept for the weights of one output.</summary>
    public int Capacity { get; }

    /// <summary>First input of each output.</summary>
    public int[] Start { get; }

    /// <summary>Number of inputs of each output, 1 to <see cref="Capacity"/>.</summary>
    public int[] Count { get; }

    /// <summary>The weights, outputs x <see cref="Capacity"/>, zero beyond the count.</summary>
    public float[] Weight { get; }

    /// <summary>The weights from one length to another, both at least 1; the first short lengths that occur are remembered.</summary>
    public static KernelWeights For(int from, int to, ResizeKernel kernel)
    {
        if (Remembered.TryGetValue((from, to, kernel), out var known))
        {
            return known;
        }

        var weights = new KernelWeights(from, to, kernel);
        if (Math.Max(from, to) <= LargestRemembered && Interlocked.Increment(ref _remembered) <= MostRemembered)
        {
            Remembered.TryAdd((from, to, kernel), weights);
        }

        return weights;
    }

    /// <summary>One pixel; the upper one of two equally near.</summary>
    static (int First, int Last) Nearest(double centre, int from)
    {
        var nearest = Math.Clamp((int)Math.Floor(centre + 0.5), 0, from - 1);
        return (nearest, nearest);
    }

    /// <summary>Distance from the centre beyond which the kernel is zero, in pixels of the coarser grid.</summary>
    static double Radius(ResizeKernel kernel) => kernel switch
    {
        ResizeKernel.Nearest => 0.5,
        ResizeKernel.Bilinear => 1,
        ResizeKernel.Bicubic => 2,
        _ => 3,
    };

    static double At(ResizeKernel kernel, double x)
    {
        x = Math.Abs(x);
        return kernel switch
        {
            ResizeKernel.Bilinear => Math.Max(0, 1 - x),
            ResizeKernel.Bicubic when x < 1 => (((1.5 * x) - 2.5) * x * x) + 1,
            ResizeKernel.Bicubic when x < 2 => ((((-0.5 * x) + 2.5) * x) - 4) * x + 2,
            ResizeKernel.Lanczos3 when x < 3 => Sinc(x) * Sinc(x / 3),
            _ => 0,
        };
    }

    static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
}
