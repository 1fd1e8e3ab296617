namespace Adjoint;

/// <summary>The factors of square matrices, kept for several systems and for derivatives.</summary>
/// <param name="Matrix">What was factorised.</param>
/// <param name="Factors">l and u in one.</param>
/// <param name="Order">For each row of l·u the row of the matrix that it is, i64.</param>
/// <param name="Sign">Sign of that permutation.</param>
sealed record LuFactors(Tensor Matrix, Tensor Factors, Tensor Order, Tensor Sign)
{
    public static LuFactors Of(Tensor a)
    {
        Tensor[] parts = Dispatch.RunMany(new LuFactor(), a.Detach().Contiguous());
        return new LuFactors(a, parts[0], parts[1], parts[2]);
    }

    /// <summary>The x of a·x = b or of aᵀ·x = b. Its derivatives are such systems again, with the same factors.</summary>
    public Tensor Solve(Tensor b, bool isTransposed) => Autodiff.Custom(
        "solve",
        inputs => isTransposed ? Backward(inputs[1]) : Forward(inputs[1]),
        (inputs, x, cotangent) =>
        {
            Tensor right = (this with { Matrix = inputs[0] }).Solve(cotangent, !isTransposed);
            Tensor product = isTransposed ? x.MatMul(right.Transpose()) : right.MatMul(x.Transpose());
            return [(-product).SumTo(inputs[0].Shape), right.SumTo(inputs[1].Shape)];
        },
        (inputs, x, tangents) =>
        {
            Tensor? right = tangents[1];
            if (tangents[0] is { } tangent)
            {
                Tensor product = (isTransposed ? tangent.Transpose() : tangent).MatMul(x);
                right = right is null ? -product : right - product;
            }

            return (this with { Matrix = inputs[0] }).Solve(right!, isTransposed);
        },
        Matrix,
        b);

    // u⁻¹·l⁻¹·p·b
    Tensor Forward(Tensor b)
    {
        Shape batch = Batch(b);
        Tensor rows = b.Expand([.. batch, b.Shape[-2], b.Shape[-1]]).TakeAlong(-2, Places(batch, b.Shape[-1]));
        return Factors.SolveTriangular(Factors.SolveTriangular(rows, hasUnitDiagonal: true), isLower: false);
    }

    // pᵀ·l⁻ᵀ·u⁻ᵀ·b
    Tensor Backward(Tensor b)
    {
        Shape batch = Batch(b);
        Tensor rows = Factors.SolveTriangular(Factors.SolveTriangular(b, isLower: false, isTransposed: true), isTransposed: true, hasUnitDiagonal: true);
        return rows.AddAlong(-2, Places(batch, b.Shape[-1]), b.Shape[-2]);
    }

    Shape Batch(Tensor b) => Shape.Broadcast("solve", Shape.Create(Matrix.Shape[..^2]), Shape.Create(b.Shape[..^2]));

    Tensor Places(Shape batch, int columns) => Order.Unsqueeze(-1).Expand([.. batch, Matrix.Shape[-1], columns]);

    /// <summary>log |det a| or det a. The derivative is the transposed inverse, times the determinant.</summary>
    public Tensor Determinant(bool isLogarithm) => Autodiff.Custom(
        isLogarithm ? "log_abs_determinant" : "determinant",
        _ => isLogarithm ? Factors.Diagonal().Abs().Log().Sum(-1) : Factors.Diagonal().Product([-1]) * Sign,
        (inputs, y, cotangent) => [(isLogarithm ? cotangent : cotangent * y).Unsqueeze(-1).Unsqueeze(-1) * (this with { Matrix = inputs[0] }).InverseTransposed()],
        (inputs, y, tangents) =>
        {
            Tensor slope = (tangents[0]! * (this with { Matrix = inputs[0] }).InverseTransposed()).Sum([-2, -1]);
            return isLogarithm ? slope : slope * y;
        },
        Matrix);

    Tensor InverseTransposed() => Solve(TensorMath.IdentityLike(Matrix), true);
}

public static partial class TensorMath
{
    /// <summary>
    /// The x of a·x = b for square a [..., n, n] and b [..., n, k], or b [n] for one vector; leading axes broadcast. By Gaussian elimination with partial pivoting; derivatives use the same factors.
    /// </summary>
    /// <exception cref="ShapeException">Sizes do not fit.</exception>
    /// <exception cref="NumericalException">A matrix is singular.</exception>
    public static Tensor Solve(this Tensor a, Tensor b)
    {
        ArgumentNullException.ThrowIfNull(b);
        MatrixShapes.Square("solve", "the left operand", a);
        if (b.Rank == 1) return a.Solve(b.Unsqueeze(-1)).Squeeze(-1);
        Require.SameType("solve", a, b);
        if (b.Rank == 0 || b.Shape[-2] != a.Shape[-1])
            throw new ShapeException($"solve: right-hand sides {b.Shape} do not have the {a.Shape[-1]} rows of the matrix {a.Shape}. Transpose them?");
        return LuFactors.Of(a).Solve(b, false);
    }

    /// <summary>a⁻¹ of square a [..., n, n]. A solution of systems with it is cheaper and more accurate by <see cref="Solve"/>.</summary>
    /// <exception cref="ShapeException">Matrices are not square.</exception>
    /// <exception cref="NumericalException">A matrix is singular.</exception>
    public static Tensor Inverse(this Tensor a)
    {
        MatrixShapes.Square("inverse", "the operand", a);
        return LuFactors.Of(a).Solve(IdentityLike(a), false);
    }

    /// <summary>det a of square a [..., n, n] → [...]. A singular matrix has determinant zero, and no derivative here.</summary>
    /// <exception cref="ShapeException">Matrices are not square.</exception>
    public static Tensor Determinant(this Tensor a)
    {
        MatrixShapes.Square("determinant", "the operand", a);
        return LuFactors.Of(a).Determinant(false);
    }

    /// <summary>The sign of det a and log |det a| of square a [..., n, n] → [...]; the sign has no derivative.</summary>
    /// <exception cref="ShapeException">Matrices are not square.</exception>
    public static (Tensor Sign, Tensor LogAbs) LogAbsDeterminant(this Tensor a)
    {
        MatrixShapes.Square("log_abs_determinant", "the operand", a);
        LuFactors factors = LuFactors.Of(a);
        return ((factors.Factors.Diagonal().Sign().Product([-1]) * factors.Sign).Detach(), factors.Determinant(true));
    }
}
