using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Scaled elu with the constants that keep mean 0 and variance 1. Klambauer et al. 2017.</summary>
public readonly record struct Selu : IUnary
{
    const double Scale = 1.0507009873554804934193349852946;
    const double Alpha = 1.6732632423543772848170429916717;

    public static string Name => "selu";

    // The result is above 0 where the operand is.
    public static Saves Saves => Saves.Output;

    public V Apply<V>(V x) where V : struct, ILane<V>
    {
        V scale = V.From(Scale);
        return V.IfLess(V.From(0), x, scale * x, scale * V.From(Alpha) * Elementary.Expm1(x));
    }

    public Tensor? Derive(Tensor t, Saved saved) => t * saved.Result.EluSlope(Scale, Scale * Alpha);
}

public static partial class TensorMath
{
    /// <summary>Scaled elu with the constants that keep mean 0 and variance 1. Klambauer et al. 2017.</summary>
    public static Tensor Selu(this Tensor x) => Dispatch.Unary<Selu>(x);
}
