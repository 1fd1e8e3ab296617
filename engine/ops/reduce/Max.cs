using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Largest value over axes; NaN if any is NaN. The derivative is shared equally by equal maxima.</summary>
public sealed record Max(int Axes, bool KeepAxes) : Extreme<Max.Fold>(Axes, KeepAxes)
{
    /// <summary>Largest value of two.</summary>
    public readonly struct Fold : INamedReduction
    {
        public static string Name => "max";

        public static Type Kernel => typeof(MaxFold);

        public static bool AllowsEmpty => false;

        public V Start<V>() where V : struct, ILane<V> => default(MaxFold).Start<V>();

        V IReduction.Fold<V>(V sum, V x) => default(MaxFold).Fold(sum, x);
    }
}

public static partial class TensorMath
{
    /// <summary>Largest value over the listed axes, or over all; NaN if any is NaN.</summary>
    /// <exception cref="ShapeException">An axis does not exist, is listed twice, or is empty.</exception>
    public static Tensor Max(this Tensor x, ReadOnlySpan<int> axes = default, bool keepAxes = false) =>
        Dispatch.Run(new Max(Axes.Mask("max", x.Shape, axes), keepAxes), x);

    /// <summary>Largest value over one axis.</summary>
    public static Tensor Max(this Tensor x, int axis, bool keepAxes = false) => x.Max([axis], keepAxes);
}
