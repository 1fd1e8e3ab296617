using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>How one number of a flat buffer moves, with the CPU's formulas. What changes from step to step comes in as f64 factors in device memory.</summary>
public interface IDeviceRule
{
    /// <summary>Buffers of state besides the target: 0, 1 or 2.</summary>
    static abstract int States { get; }

    /// <summary>Whether the source is a gradient, which a factor in device memory scales.</summary>
    static virtual bool IsScaled => true;

    /// <summary>The new value of the target; the source is already scaled.</summary>
    V Apply<V>(ArrayView<double> factors, V target, V source, ref V first, ref V second) where V : unmanaged, ILane<V>;
}

/// <summary>Adam and AdamW; factors: rate / (1 - β1^t), 1 / √(1 - β2^t), factor on the parameter.</summary>
public readonly struct AdamDeviceRule(double beta1, double beta2, double epsilon, double coupledDecay) : IDeviceRule
{
    readonly double beta1 = beta1, beta2 = beta2, epsilon = epsilon, coupledDecay = coupledDecay;

    public static int States => 2;

    public V Apply<V>(ArrayView<double> factors, V target, V source, ref V first, ref V second) where V : unmanaged, ILane<V>
    {
        var plain = new AdamRule.Plain<V>(1, Float64.Subtract(1, beta1), beta2, Float64.Subtract(1, beta2), -factors[0], factors[1], epsilon);
        return new AdamRule.Decayed<V>(plain, coupledDecay, factors[2]).Apply(target, source, ref first, ref second);
    }
}

/// <summary>Gradient descent; factor: rate.</summary>
public readonly struct SgdDeviceRule(double decay) : IDeviceRule
{
    readonly double decay = decay;

    public static int States => 0;

    public V Apply<V>(ArrayView<double> factors, V target, V source, ref V first, ref V second) where V : unmanaged, ILane<V> =>
        new SgdRule.Lanes<V>(1, decay, -factors[0]).Apply(target, source, ref first, ref second);
}

/// <summary>Gradient descent with momentum; factor: rate.</summary>
public readonly struct MomentumDeviceRule(double decay, double momentum) : IDeviceRule
{
    readonly double decay = decay, momentum = momentum;

    public static int States => 1;

    public V Apply<V>(ArrayView<double> factors, V target, V source, ref V first, ref V second) where V : unmanaged, ILane<V> =>
        new MomentumRule.Lanes<V>(1, decay, -factors[0], momentum).Apply(target, source, ref first, ref second);
}

/// <summary>Momentum that looks ahead; factor: rate.</summary>
public readonly struct NesterovDeviceRule(double decay, double momentum) : IDeviceRule
{
    readonly double decay = decay, momentum = momentum;

    public static int States => 1;

    public V Apply<V>(ArrayView<double> factors, V target, V source, ref V first, ref V second) where V : unmanaged, ILane<V> =>
        new NesterovRule.Lanes<V>(1, decay, -factors[0], momentum).Apply(target, source, ref first, ref second);
}

/// <summary>A moving average by itself, whose source is what it averages.</summary>
public readonly struct AverageDeviceRule : IDeviceRule
{
    public static int States => 0;

    public static bool IsScaled => false;

    public V Apply<V>(ArrayView<double> factors, V target, V source, ref V first, ref V second) where V : unmanaged, ILane<V> => WithAverage.Apply(factors, target, source);
}
