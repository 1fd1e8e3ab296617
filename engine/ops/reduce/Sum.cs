using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Sum over axes; 0 over none. Integers wrap.</summary>
public sealed record Sum(int Axes, bool KeepAxes) : Reduce<Sum.Fold>(Axes, KeepAxes)
{
    public override Saves Saves => Saves.Nothing;

    public override void Vjp(VjpRule rule) => rule.Give(0, Restore(rule.Cotangent, rule.InputShape(0)).Expand(rule.InputShape(0)));

    public override Tensor? Jvp(JvpRule rule) => Dispatch.Run(this, rule.Tangent(0)!);

    /// <summary>Addition.</summary>
    public readonly struct Fold : INamedReduction
    {
        public static string Name => "sum";

        public static Type Kernel => typeof(SumFold);

        public static bool AllowsEmpty => true;

        public V Start<V>() where V : struct, ILane<V> => default(SumFold).Start<V>();

        V IReduction.Fold<V>(V sum, V x) => sum + x;
    }
}

public static partial class TensorMath
{
    /// <summary>Sum over the listed axes, or over all.</summary>
    /// <exception cref="ShapeException">An axis does not exist or is listed twice.</exception>
    public static Tensor Sum(this Tensor x, ReadOnlySpan<int> axes = default, bool keepAxes = false) =>
        Dispatch.Run(new Sum(Axes.Mask("sum", x.Shape, axes), keepAxes), x);

    /// <summary>Sum over one axis.</summary>
    public static Tensor Sum(this Tensor x, int axis, bool keepAxes = false) => x.Sum([axis], keepAxes);

    /// <summary>Mean over the listed axes, or over all.</summary>
    /// <exception cref="ShapeException">An axis does not exist, is listed twice, or is empty.</exception>
    public static Tensor Mean(this Tensor x, ReadOnlySpan<int> axes = default, bool keepAxes = false)
    {
        Require.Float("mean", x);
        int mask = Axes.Mask("mean", x.Shape, axes), count = Axes.Count(x.Shape, mask);
        if (count == 0) throw new ShapeException($"mean: {x.Shape} has no elements along the axes. Check for empty input before.");
        return Dispatch.Run(new Sum(mask, keepAxes), x) / count;
    }

    /// <summary>Mean over one axis.</summary>
    public static Tensor Mean(this Tensor x, int axis, bool keepAxes = false) => x.Mean([axis], keepAxes);

    /// <summary>Σ (x - mean)² / (n - correction) over the listed axes, or over all.</summary>
    /// <param name="x">f32 or f64.</param>
    /// <param name="axes">Axes; none means all.</param>
    /// <param name="correction">0 for the variance of the values themselves, 1 for the unbiased estimate.</param>
    /// <param name="keepAxes">Whether the axes stay with size 1.</param>
    /// <exception cref="ShapeException">Not more elements than the correction.</exception>
    public static Tensor Variance(this Tensor x, ReadOnlySpan<int> axes = default, int correction = 1, bool keepAxes = false)
    {
        int count = Axes.Count(x.Shape, Axes.Mask("variance", x.Shape, axes));
        if (count <= correction)
            throw new ShapeException($"variance: {count} elements along the axes of {x.Shape} are not more than the correction {correction}. Use correction 0 or more elements.");
        return (x - x.Mean(axes, keepAxes: true)).Square().Sum(axes, keepAxes) / (count - correction);
    }

    /// <summary>Variance over one axis.</summary>
    public static Tensor Variance(this Tensor x, int axis, int correction = 1, bool keepAxes = false) => x.Variance([axis], correction, keepAxes);

    /// <summary>The sum over all axes along which x was broadcast from <paramref name="shape"/>: the transpose of broadcasting.</summary>
    /// <exception cref="ShapeException">The shape does not broadcast to x's.</exception>
    public static Tensor SumTo(this Tensor x, Shape shape)
    {
        if (shape == x.Shape) return x;
        Require.BroadcastsTo("sum_to", "the target", shape, x.Shape);
        int lead = x.Rank - shape.Rank, mask = 0;
        for (int axis = 0; axis < x.Rank; axis++)
        {
            if (axis < lead || (shape[axis - lead] == 1 && x.Shape[axis] != 1)) mask |= 1 << axis;
        }

        return mask == 0 ? x.Reshape(shape) : Dispatch.Run(new Sum(mask, false), x).Reshape(shape);
    }
}
