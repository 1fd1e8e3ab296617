using Adjoint.Kernels;

namespace Adjoint;

/// <summary>x, but at least low and at most high; the derivative is 1 within the bounds (inclusive) and 0 outside.</summary>
public readonly record struct Clamp(double Low, double High) : IUnary
{
    public static string Name => "clamp";

    public static bool TakesIntegers => true;

    public V Apply<V>(V x) where V : struct, ILane<V> => V.Min(V.Max(x, V.From(Low)), V.From(High));

    public Tensor? Derive(Tensor t, Saved saved) =>
        t * saved.X.GreaterOrEqual(Low).And(saved.X.LessOrEqual(High)).To(t.DType);
}

public static partial class TensorMath
{
    /// <summary>x, but at least low and at most high; the derivative is 1 within the bounds (inclusive) and 0 outside.</summary>
    /// <exception cref="SettingException">low is above high, or one is NaN.</exception>
    /// <exception cref="DTypeException">x holds integers and a finite bound is none.</exception>
    public static Tensor Clamp(this Tensor x, double low, double high)
    {
        if (!(low <= high)) throw new SettingException($"clamp: low = {low} is not at most high = {high}. Swap them.");
        if (double.IsFinite(low)) Require.Constant("clamp", x.DType, low);
        if (double.IsFinite(high)) Require.Constant("clamp", x.DType, high);
        return Dispatch.Run(new Unary<Clamp>(new Clamp(low, high)), x);
    }
}
