using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>What becomes of a moving average when the number that it follows has moved.</summary>
public interface IDeviceAverage
{
    /// <summary>Whether there is one.</summary>
    static abstract bool Follows { get; }

    /// <summary>The new value of the average; its weight is the last of the factors.</summary>
    static abstract V Apply<V>(ArrayView<double> factors, V average, V moved) where V : unmanaged, ILane<V>;
}

/// <summary>An average that moves by a weight, with the CPU's formulas.</summary>
public readonly struct WithAverage : IDeviceAverage
{
    public static bool Follows => true;

    public static V Apply<V>(ArrayView<double> factors, V average, V moved) where V : unmanaged, ILane<V>
    {
        V none = V.From(0);
        double weight = factors[UpdateKernels.AveragePlace];
        if (weight < 0.5) return new FromTarget<V>(weight).Apply(average, moved, ref none, ref none);
        return new FromSource<V>(Float64.Subtract(1, weight)).Apply(average, moved, ref none, ref none);
    }
}

/// <summary>None.</summary>
public readonly struct WithoutAverage : IDeviceAverage
{
    public static bool Follows => false;

    public static V Apply<V>(ArrayView<double> factors, V average, V moved) where V : unmanaged, ILane<V> => average;
}
