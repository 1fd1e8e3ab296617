using Adjoint.Kernels;

namespace Adjoint;

/// <summary>x above 0, slope · x below.</summary>
public readonly record struct LeakyRelu(double Slope) : IUnary
{
    public static string Name => "leaky_relu";

    public V Apply<V>(V x) where V : struct, ILane<V> => V.IfLess(V.From(0), x, x, x * V.From(Slope));

    public Tensor? Derive(Tensor t, Saved saved) => t * saved.X.Heaviside().Affine(1 - Slope, Slope);
}

public static partial class TensorMath
{
    /// <summary>x above 0, slope · x below.</summary>
    public static Tensor LeakyRelu(this Tensor x, double slope = 0.01) => Dispatch.Run(new Unary<LeakyRelu>(new LeakyRelu(slope)), x);
}
