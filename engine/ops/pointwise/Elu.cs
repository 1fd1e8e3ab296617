using Adjoint.Kernels;

namespace Adjoint;

/// <summary>x above 0, α (e^x - 1) below. Clevert, Unterthiner, Hochreiter 2016.</summary>
public readonly record struct Elu(double Alpha) : IUnary
{
    public static string Name => "elu";

    public static Saves Saves => Saves.First | Saves.Output;

    public V Apply<V>(V x) where V : struct, ILane<V> => V.IfLess(V.From(0), x, x, V.From(Alpha) * Elementary.Expm1(x));

    // With an α below 0 the sign of the result does not tell on which side the operand lies.
    public Tensor? Derive(Tensor t, Saved saved) => Alpha >= 0
        ? t * saved.Result.EluSlope(1, Alpha)
        : t * TensorMath.Where(saved.X.Greater(0), saved.X.OnesLike(), saved.Result.Affine(1, Alpha));
}

public static partial class TensorMath
{
    /// <summary>x above 0, α (e^x - 1) below. Clevert, Unterthiner, Hochreiter 2016.</summary>
    public static Tensor Elu(this Tensor x, double alpha = 1) => Dispatch.Run(new Unary<Elu>(new Elu(alpha)), x);
}
