using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>Lion; factor: rate.</summary>
public readonly struct LionDeviceRule(double beta1, double beta2, double decay) : IDeviceRule
{
    readonly double beta1 = beta1, beta2 = beta2, decay = decay;

    public static int States => 1;

    public V Apply<V>(ArrayView<double> factors, V target, V source, ref V first, ref V second) where V : unmanaged, ILane<V>
    {
        double keep = Float64.Subtract(1, Float64.Multiply(factors[0], decay));
        return new LionRule.Lanes<V>(1, keep, Float64.Subtract(1, beta1), Float64.Subtract(1, beta2), -factors[0]).Apply(target, source, ref first, ref second);
    }
}

/// <summary>Adagrad; factor: rate.</summary>
public readonly struct AdagradDeviceRule(double epsilon, double decay) : IDeviceRule
{
    readonly double epsilon = epsilon, decay = decay;

    public static int States => 1;

    public V Apply<V>(ArrayView<double> factors, V target, V source, ref V first, ref V second) where V : unmanaged, ILane<V> =>
        new AdagradRule.Lanes<V>(1, decay, -factors[0], epsilon).Apply(target, source, ref first, ref second);
}

/// <summary>RMSprop; factor: rate.</summary>
public readonly struct RmsPropDeviceRule(double decay, double alpha, double epsilon) : IDeviceRule
{
    readonly double decay = decay, alpha = alpha, epsilon = epsilon;

    public static int States => 1;

    public V Apply<V>(ArrayView<double> factors, V target, V source, ref V first, ref V second) where V : unmanaged, ILane<V> =>
        new RmsPropRule.Lanes<V>(1, decay, -factors[0], alpha, epsilon).Apply(target, source, ref first, ref second);
}

/// <summary>RMSprop with momentum; factor: rate.</summary>
public readonly struct RmsPropMomentumDeviceRule(double decay, double alpha, double epsilon, double momentum) : IDeviceRule
{
    readonly double decay = decay, alpha = alpha, epsilon = epsilon, momentum = momentum;

    public static int States => 2;

    public V Apply<V>(ArrayView<double> factors, V target, V source, ref V first, ref V second) where V : unmanaged, ILane<V> =>
        new RmsPropMomentumRule.Lanes<V>(1, decay, -factors[0], alpha, epsilon, momentum).Apply(target, source, ref first, ref second);
}

/// <summary>Centred RMSprop; factor: rate.</summary>
public readonly struct RmsPropCentredDeviceRule(double decay, double alpha, double epsilon) : IDeviceRule
{
    readonly double decay = decay, alpha = alpha, epsilon = epsilon;

    public static int States => 2;

    public V Apply<V>(ArrayView<double> factors, V target, V source, ref V first, ref V second) where V : unmanaged, ILane<V> =>
        new RmsPropCentredRule.Lanes<V>(1, decay, -factors[0], alpha, epsilon).Apply(target, source, ref first, ref second);
}
