namespace Adjoint;

// Pointwise functions of a few ops, which plans fuse into one pass.
public static partial class TensorMath
{
    /// <summary>Tangent of an angle in radians.</summary>
    public static Tensor Tan(this Tensor x) => x.Sin() / x.Cos();

    /// <summary>log(1/(1 + e^-x)), finite however far x lies to the left.</summary>
    public static Tensor LogSigmoid(this Tensor x) => -(-x).Softplus();

    /// <summary>2^x.</summary>
    public static Tensor Exp2(this Tensor x) => x.Affine(Math.Log(2), 0).Exp();

    /// <summary>Logarithm to base 2.</summary>
    public static Tensor Log2(this Tensor x) => x.Log().Affine(1 / Math.Log(2), 0);

    /// <summary>sign(x)·max(|x| - λ, 0), the proximal step of λ|x|: Daubechies, Defrise, De Mol 2004. The derivative within ±λ is 0.</summary>
    /// <exception cref="SettingException">λ is negative.</exception>
    public static Tensor SoftThreshold(this Tensor x, double lambda)
    {
        ArgumentNullException.ThrowIfNull(x);
        Check.InRange(lambda, 0, double.MaxValue, "SoftThreshold lambda");
        return x - x.Clamp(-lambda, lambda);
    }
}
