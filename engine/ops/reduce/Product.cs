using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Product over axes; 1 over none. Its derivative divides by the factors, so it exists where none is zero.</summary>
public sealed record Product(int Axes, bool KeepAxes) : Reduce<Product.Fold>(Axes, KeepAxes)
{
    public override Saves Saves => Saves.First | Saves.Output;

    public override void Vjp(VjpRule rule) =>
        rule.Give(0, Restore(rule.Cotangent * rule.Result, rule.InputShape(0)) / rule.X);

    public override Tensor? Jvp(JvpRule rule) => rule.Result * Dispatch.Run(new Sum(Axes, KeepAxes), rule.Tangent(0)! / rule.X);

    /// <summary>Multiplication.</summary>
    public readonly struct Fold : INamedReduction
    {
        public static string Name => "product";

        public static bool AllowsEmpty => true;

        public V Start<V>() where V : struct, ILane<V> => default(ProductFold).Start<V>();

        V IReduction.Fold<V>(V sum, V x) => sum * x;
    }
}

public static partial class TensorMath
{
    /// <summary>Product over the listed axes, or over all; 1 over none. The derivative needs factors other than zero.</summary>
    /// <exception cref="ShapeException">An axis does not exist or is listed twice.</exception>
    public static Tensor Product(this Tensor x, ReadOnlySpan<int> axes = default, bool keepAxes = false) =>
        Dispatch.Run(new Product(Axes.Mask("product", x.Shape, axes), keepAxes), x);
}
