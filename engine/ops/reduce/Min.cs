using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Smallest value over axes; NaN if any is NaN. The derivative is shared equally by equal minima.</summary>
public sealed record Min(int Axes, bool KeepAxes) : Extreme<Min.Fold>(Axes, KeepAxes)
{
    /// <summary>Smallest value of two.</summary>
    public readonly struct Fold : INamedReduction
    {
        public static string Name => "min";

        public static Type Kernel => typeof(MinFold);

        public static bool AllowsEmpty => false;

        public V Start<V>() where V : struct, ILane<V> => default(MinFold).Start<V>();

        V IReduction.Fold<V>(V sum, V x) => default(MinFold).Fold(sum, x);
    }
}

public static partial class TensorMath
{
    /// <summary>Smallest value over the listed axes, or over all; NaN if any is NaN.</summary>
    /// <exception cref="ShapeException">An axis does not exist, is listed twice, or is empty.</exception>
    public static Tensor Min(this Tensor x, ReadOnlySpan<int> axes = default, bool keepAxes = false) =>
        Dispatch.Run(new Min(Axes.Mask("min", x.Shape, axes), keepAxes), x);

    /// <summary>Smallest value over one axis.</summary>
    public static Tensor Min(this Tensor x, int axis, bool keepAxes = false) => x.Min([axis], keepAxes);
}
