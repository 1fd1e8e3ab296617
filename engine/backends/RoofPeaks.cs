namespace Adjoint;

/// <summary>What a device does at best, measured: the roof under which kernels are judged. A figure that could not be measured is not a number.</summary>
/// <param name="BytesPerSecond">Bytes that move to and from memory a second.</param>
/// <param name="FlopsPerSecond">Operations of fused multiply-adds in f32 a second, two each.</param>
public readonly record struct RoofPeaks(double BytesPerSecond, double FlopsPerSecond)
{
    /// <summary>The least time that moving bytes and computing take, in seconds, and which of the two takes longer.</summary>
    public (double Seconds, Bound Bound) Least(long bytes, long flops)
    {
        double memory = bytes / BytesPerSecond, arithmetic = flops / FlopsPerSecond;
        return arithmetic > memory ? (arithmetic, Bound.Compute) : (memory, Bound.Memory);
    }
}
