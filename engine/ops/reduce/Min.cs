using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Smallest value over axes; NaN if any is NaN. The derivative is shared equally by equal minima.</summary>
public sealed record Min(int Axes, bool KeepAxes) : Reduce<Min.Fold>(Axes, KeepAxes)
{
    public override Saves Saves => Saves.First | Saves.Output;

    public override void Vjp(VjpRule rule) => rule.Give(0, Restore(rule.Cotangent, rule.InputShape(0)) * Shares(rule));

    public override Tensor? Jvp(JvpRule rule) => Dispatch.Run(new Sum(Axes, KeepAxes), rule.Tangent(0)! * Shares(rule));

    // 1 / number of winners at the winners, 0 elsewhere.
    Tensor Shares(Saved saved)
    {
        Tensor winners = saved.X.Equal(Restore(saved.Result, saved.InputShape(0))).To(saved.InputType(0));
        return winners / Dispatch.Run(new Sum(Axes, true), winners);
    }

    /// <summary>Smallest value of two.</summary>
    public readonly struct Fold : INamedReduction
    {
        public static string Name => "min";

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
