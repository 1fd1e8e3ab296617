namespace Adjoint.Models.GaussianProcesses;

/// <summary>
/// Matérn correlations as functions of the squared distance s. In s their derivatives are again Matérn correlations, of the next lower order: M5/2'(s) = -5/6 M3/2(5s/3) and M3/2'(s) = -3/2 M1/2(3s),
/// so that no root is differentiated at 0 before it must be. That of M1/2, which is infinite there, counts as 0, the mean over directions.
/// </summary>
static class MaternProfile
{
    public static Tensor FiveHalves(Tensor s) => Chain("matern52", s, Value52, static s => ThreeHalves(s * (5.0 / 3)) * (-5.0 / 6));

    public static Tensor ThreeHalves(Tensor s) => Chain("matern32", s, Value32, static s => Half(s * 3) * -1.5);

    public static Tensor Half(Tensor s)
    {
        Tensor isZero = s.LessOrEqual(0), r = TensorMath.Where(isZero, s.OnesLike(), s).Sqrt();
        return TensorMath.Where(isZero, s.OnesLike(), (-r).Exp());
    }

    static Tensor Value52(Tensor s)
    {
        Tensor r = (s * 5).Sqrt();
        return (1 + r + (s * (5.0 / 3))) * (-r).Exp();
    }

    static Tensor Value32(Tensor s)
    {
        Tensor r = (s * 3).Sqrt();
        return (1 + r) * (-r).Exp();
    }

    static Tensor Chain(string name, Tensor s, Func<Tensor, Tensor> value, Func<Tensor, Tensor> slope) => Autodiff.Custom(
        name,
        inputs => value(inputs[0]),
        (inputs, _, cotangent) => [cotangent * slope(inputs[0])],
        (inputs, _, tangents) => tangents[0]! * slope(inputs[0]),
        s);
}
