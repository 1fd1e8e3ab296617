namespace Adjoint;

public static partial class TensorMath
{
    /// <summary>φ(x) = e^(-x²/2) / √(2π), the standard normal density.</summary>
    public static Tensor NormalPdf(this Tensor x) => x.Square().Affine(-0.5, 0).Exp().Affine(0.39894228040143267793994605993438, 0);
}
