using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Scaled complementary error function e^(x²)·erfc(x), finite however far x lies to the right.</summary>
public readonly record struct Erfcx : IUnary
{
    public static string Name => "erfcx";

    public static Saves Saves => Saves.First | Saves.Output;

    public V Apply<V>(V x) where V : struct, ILane<V> => Elementary.Erfcx(x);

    public Tensor? Derive(Tensor t, Saved saved) => t * (saved.X * saved.Result).Affine(2, -1.1283791670955125738961589031215);
}

public static partial class TensorMath
{
    /// <summary>Scaled complementary error function e^(x²)·erfc(x), finite however far x lies to the right.</summary>
    public static Tensor Erfcx(this Tensor x) => Dispatch.Unary<Erfcx>(x);
}
