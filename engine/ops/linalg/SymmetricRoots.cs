namespace Adjoint;

/// <summary>
/// A symmetric matrix x by its eigenvalues and eigenvectors, which serve systems x·y + y·x = c: in the eigenbasis, numbers of c divided by sums of two eigenvalues. No difference of eigenvalues arises, so that equal
/// ones are nothing special.
/// </summary>
sealed record SymmetricBasis(Tensor Values, Tensor Vectors)
{
    /// <summary>The square root of a positive semidefinite matrix, whose eigenvalues below zero count as rounding errors of zero.</summary>
    public static (SymmetricBasis Basis, Tensor Root) RootOf(Tensor a)
    {
        var (values, vectors) = a.Detach().SymmetricEigen();
        var basis = new SymmetricBasis(values.Maximum(Tensor.Zeros(Shape.Scalar, a.DType, a.Device)).Sqrt(), vectors);
        Tensor root = Autodiff.Custom(
            "symmetric_sqrt",
            _ => basis.With(basis.Values),
            (_, x, cotangent) => [basis.Lyapunov(x, cotangent.Symmetrized())],
            (_, x, tangents) => basis.Lyapunov(x, tangents[0]!.Symmetrized()),
            a);
        return (basis, root);
    }

    /// <summary>The inverse of the matrix itself; the derivative is that of any inverse.</summary>
    public Tensor Inverse(Tensor x) => Autodiff.Custom(
        "symmetric_inverse",
        _ => With(Values.Reciprocal()),
        static (_, y, cotangent) => [-y.MatMul(cotangent).MatMul(y)],
        static (_, y, tangents) => -y.MatMul(tangents[0]!).MatMul(y),
        x);

    /// <summary>The y of x·y + y·x = c.</summary>
    Tensor Lyapunov(Tensor x, Tensor c) => Autodiff.Custom(
        "lyapunov",
        inputs =>
        {
            Tensor sums = Values.Unsqueeze(-1) + Values.Unsqueeze(-2);
            Tensor inner = Vectors.Transpose().MatMul(inputs[1]).MatMul(Vectors) * Eigenbasis.Reciprocals(sums, sums.LessOrEqual(0));
            return Vectors.MatMul(inner).MatMul(Vectors.Transpose());
        },
        (inputs, y, cotangent) =>
        {
            Tensor right = Lyapunov(inputs[0], cotangent);
            return [-(right.MatMul(y.Transpose()) + y.Transpose().MatMul(right)), right];
        },
        (inputs, y, tangents) =>
        {
            Tensor? right = tangents[1];
            if (tangents[0] is { } tangent)
            {
                Tensor products = tangent.MatMul(y) + y.MatMul(tangent);
                right = right is null ? -products : right - products;
            }

            return Lyapunov(inputs[0], right!);
        },
        x,
        c);

    Tensor With(Tensor values) => (Vectors * values.Unsqueeze(-2)).MatMul(Vectors.Transpose());
}

public static partial class TensorMath
{
    /// <summary>
    /// The positive semidefinite x with x·x = a for symmetric positive semidefinite a [..., n, n], of which the lower triangle is read; eigenvalues that rounding made negative count as zero. The derivative solves
    /// x·y + y·x = c (Higham 2008, Functions of Matrices, 6.1), so that equal eigenvalues are exact; between zero eigenvalues, where there is no derivative, it is zero.
    /// </summary>
    /// <exception cref="ShapeException">Matrices are not square.</exception>
    public static Tensor SymmetricSqrt(this Tensor a) => SymmetricBasis.RootOf(a).Root;

    /// <summary>The inverse of <see cref="SymmetricSqrt"/> for positive definite a [..., n, n]; a zero eigenvalue gives infinities.</summary>
    /// <exception cref="ShapeException">Matrices are not square.</exception>
    public static Tensor SymmetricInverseSqrt(this Tensor a)
    {
        var (basis, root) = SymmetricBasis.RootOf(a);
        return basis.Inverse(root);
    }
}
