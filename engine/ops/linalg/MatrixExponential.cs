namespace Adjoint;

public static partial class TensorMath
{
    // Numerator of the diagonal Padé approximant of degree 13, divided by its constant.
    static readonly double[] exponentialTerms = Array.ConvertAll(
        [64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600, 670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1],
        static term => term / 64764752532480000.0);

    /// <summary>
    /// e^a of square a [..., n, n], by scaling, a rational approximation of degree 13 and squaring (Higham 2005). Matrices of a batch are scaled each as it needs, without a look at them by the host, so that plans
    /// and derivatives of any order go through.
    /// </summary>
    /// <param name="a">Matrices whose largest sum of a column's magnitudes is at most 5.37·2^squarings.</param>
    /// <param name="squarings">The most squarings of a matrix; each costs a product, needed or not.</param>
    /// <exception cref="ShapeException">Matrices are not square.</exception>
    /// <exception cref="SettingException">The number of squarings is negative.</exception>
    public static Tensor MatrixExponential(this Tensor a, int squarings = 8)
    {
        MatrixShapes.Square("matrix_exponential", "the operand", a);
        Check.AtLeast(squarings, 0, nameof(squarings));
        if (a.Count == 0) return a.Clone();
        Tensor norm = a.Detach().Abs().Sum(-2).Max(-1).Unsqueeze(-1).Unsqueeze(-1), one = Tensor.Ones(Shape.Scalar, a.DType, a.Device);
        var isScaled = new Tensor[squarings];
        Tensor x = a;
        for (int i = 0; i < squarings; i++)
        {
            isScaled[i] = norm.Greater(5.371920351148152 * Math.Pow(2, i));
            x *= Where(isScaled[i], one * 0.5, one);
        }

        Tensor result = Rational(x);
        foreach (Tensor mask in isScaled) result = Where(mask, result.MatMul(result), result);
        return result;
    }

    static Tensor Rational(Tensor a)
    {
        double[] b = exponentialTerms;
        Tensor identity = IdentityLike(a), a2 = a.MatMul(a), a4 = a2.MatMul(a2), a6 = a2.MatMul(a4);
        Tensor Sum(int first, Tensor last) => (a6 * b[first + 6]) + (a4 * b[first + 4]) + (a2 * b[first + 2]) + last;
        Tensor odd = a.MatMul(a6.MatMul((a6 * b[13]) + (a4 * b[11]) + (a2 * b[9])) + Sum(1, identity * b[1]));
        Tensor even = a6.MatMul((a6 * b[12]) + (a4 * b[10]) + (a2 * b[8])) + Sum(0, identity);
        return (even - odd).Solve(even + odd);
    }
}
