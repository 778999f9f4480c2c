using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ImagePipeline.Benchmarks.Clustering;

/// <summary>What the processor can multiply and add, for the limit beside which k-means is shown.</summary>
static class MultiplyAdds
{
    /// <summary>Numbers that one round multiplies and adds.</summary>
    const int Each = 16 * 16;

    /// <summary>Sixteen independent sums in registers, nothing loaded or stored.</summary>
    /// <param name="rounds">How often; 10 million take about 50 ms.</param>
    /// <returns>10^9 multiply-adds of single numbers, a second of this process's processor time.</returns>
    public static double Rate(long rounds)
    {
        var start = Cpu.Seconds;
        var sum = Sums(rounds);
        var seconds = Cpu.Seconds - start;
        return Vector512.Sum(sum) < 0 ? throw new InvalidOperationException("Sums of positive numbers are positive.") : rounds * Each / seconds / 1e9;
    }

    /// <summary>Calls nothing: a sum that lives across a call would be stored in every round.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static Vector512<float> Sums(long rounds)
    {
        var (a, b) = (Vector512.Create((float)rounds * 1e-30f), Vector512.Create(1.5f));
        Vector512<float> s0 = a, s1 = a, s2 = a, s3 = a, s4 = a, s5 = a, s6 = a, s7 = a;
        Vector512<float> t0 = a, t1 = a, t2 = a, t3 = a, t4 = a, t5 = a, t6 = a, t7 = a;
        for (long i = 0; i < rounds; i++)
        {
            s0 = Vector512.FusedMultiplyAdd(a, b, s0);
            s1 = Vector512.FusedMultiplyAdd(a, b, s1);
            s2 = Vector512.FusedMultiplyAdd(a, b, s2);
            s3 = Vector512.FusedMultiplyAdd(a, b, s3);
            s4 = Vector512.FusedMultiplyAdd(a, b, s4);
            s5 = Vector512.FusedMultiplyAdd(a, b, s5);
            s6 = Vector512.FusedMultiplyAdd(a, b, s6);
            s7 = Vector512.FusedMultiplyAdd(a, b, s7);
            t0 = Vector512.FusedMultiplyAdd(a, b, t0);
            t1 = Vector512.FusedMultiplyAdd(a, b, t1);
            t2 = Vector512.FusedMultiplyAdd(a, b, t2);
            t3 = Vector512.FusedMultiplyAdd(a, b, t3);
            t4 = Vector512.FusedMultiplyAdd(a, b, t4);
            t5 = Vector512.FusedMultiplyAdd(a, b, t5);
            t6 = Vector512.FusedMultiplyAdd(a, b, t6);
            t7 = Vector512.FusedMultiplyAdd(a, b, t7);
        }

        return s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + t0 + t1 + t2 + t3 + t4 + t5 + t6 + t7;
    }
}

/// <summary>Processor time of this process: what another program takes of a shared machine does not count.</summary>
static class Cpu
{
    public static double Seconds => Environment.CpuUsage.TotalTime.TotalSeconds;
}
