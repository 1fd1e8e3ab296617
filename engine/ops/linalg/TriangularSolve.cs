using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// The solution of a·x = b, or of aᵀ·x = b, for triangular matrices of the last two axes; the other triangle, and a unit diagonal, are not read. The first operand has one matrix, or one for each of the second's.
/// </summary>
public sealed record TriangularSolve(bool IsLower, bool IsTransposed, bool HasUnitDiagonal) : FloatOp
{
    public override string Name => "triangular_solve";

    public override Saves Saves => Saves.First | Saves.Output;

    public override Bound Bound => Bound.Compute;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.SameType(Name, inputs[0], inputs[1]);
        MatrixShapes.Square(Name, "the triangle", inputs[0]);
        Require.MinimumRank(Name, "the right-hand side", inputs[1], 2);
        if (inputs[1].Shape[-2] != inputs[0].Shape[-1])
            throw new ShapeException($"{Name}: right-hand sides {inputs[1].Shape} do not have the {inputs[0].Shape[-1]} rows of the triangle {inputs[0].Shape}. Transpose them?");
        return new Signature([.. Shape.Broadcast(Name, Shape.Create(inputs[0].Shape[..^2]), Shape.Create(inputs[1].Shape[..^2])), inputs[1].Shape[-2], inputs[1].Shape[-1]], inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor a = inputs[0], x = outputs[0];
        if (x.Count == 0) return;
        Copy.Between(inputs[1], x);
        int order = a.Shape[-1], batch = x.Shape.CountOf(..^2);
        var triangle = new TriangularMatrix(order, IsTransposed ? 1 : order, IsTransposed ? order : 1, IsLower != IsTransposed, HasUnitDiagonal);
        fixed (T* matrix = &a.First<T>(), target = &x.First<T>())
        {
            var (zero, row) = TriangularKernel.FindZero(triangle, matrix, BatchStep(a), batch);
            if (zero >= 0) throw SingularFault.Error(Name, zero, $": zero in row {row} of the diagonal");
            TriangularKernel.Solve(triangle, matrix, BatchStep(a), target, x.Shape[-1], batch);
        }
    }

    static long BatchStep(Tensor a) => a.Shape.CountOf(..^2) == 1 ? 0 : (long)a.Shape[-1] * a.Shape[-1];

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor a = inputs[0], x = outputs[0];
        if (x.Count == 0) return;
        Copy.Between(queue, inputs[1], x);
        int order = a.Shape[-1];
        new TriangularLaunch(queue, x.DType, (a.DeviceAddress, a.Count), (x.DeviceAddress, x.Count), queue.Watch(new SingularFault(Name))).Solve(new TriangularSystem
        {
            Order = order,
            Columns = x.Shape[-1],
            Batch = x.Shape.CountOf(..^2),
            BatchStep = BatchStep(a),
            RowStep = IsTransposed ? 1 : order,
            ColumnStep = IsTransposed ? order : 1,
            TargetBatchStep = (long)order * x.Shape[-1],
            TargetRowStep = x.Shape[-1],
            TargetColumnStep = 1,
            IsLower = IsLower != IsTransposed ? 1 : 0,
            HasUnitDiagonal = HasUnitDiagonal ? 1 : 0,
        });
    }

    // b̄ = a⁻ᵀ·x̄ and ā = -b̄·xᵀ within the triangle; for aᵀ·x = b, ā = -x·b̄ᵀ.
    public override void Vjp(VjpRule rule)
    {
        Tensor right = rule.X.SolveTriangular(rule.Cotangent, IsLower, !IsTransposed, HasUnitDiagonal);
        if (rule.Needs(1)) rule.Give(1, right.SumTo(rule.InputShape(1)));
        if (!rule.Needs(0)) return;
        Tensor product = IsTransposed ? rule.Result.MatMul(right.Transpose()) : right.MatMul(rule.Result.Transpose());
        rule.Give(0, Within((-product).SumTo(rule.InputShape(0))));
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor? right = rule.Tangent(1);
        if (rule.Tangent(0) is { } tangent)
        {
            Tensor part = Within(tangent), product = (IsTransposed ? part.Transpose() : part).MatMul(rule.Result);
            right = right is null ? -product : right - product;
        }

        return right is null ? null : rule.X.SolveTriangular(right.Expand(rule.OutputShape()), IsLower, IsTransposed, HasUnitDiagonal);
    }

    Tensor Within(Tensor x) => Dispatch.Run(new Triangle(IsLower, HasUnitDiagonal ? (IsLower ? -1 : 1) : 0), x.Contiguous());

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => (long)outputs[0].Count * inputs[0].Shape[-1];
}

public static partial class TensorMath
{
    /// <summary>
    /// The x of a·x = b for triangular a [..., n, n] and b [..., n, k]; leading axes broadcast. Only the named triangle of a is read. A transposed view of a costs no copy.
    /// </summary>
    /// <param name="a">Triangular matrices.</param>
    /// <param name="b">Right-hand sides as columns.</param>
    /// <param name="isLower">Whether a's numbers stand on and below the diagonal, else on and above.</param>
    /// <param name="isTransposed">Whether aᵀ·x = b is solved instead.</param>
    /// <param name="hasUnitDiagonal">Whether a's diagonal counts as ones, whatever is stored there.</param>
    /// <param name="isRight">Whether x·a = b is solved instead, for b [..., k, n].</param>
    /// <exception cref="ShapeException">Sizes do not fit.</exception>
    /// <exception cref="NumericalException">A matrix has a zero on its diagonal.</exception>
    public static Tensor SolveTriangular(this Tensor a, Tensor b, bool isLower = true, bool isTransposed = false, bool hasUnitDiagonal = false, bool isRight = false)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (isRight) return a.SolveTriangular(b.Transpose(), isLower, !isTransposed, hasUnitDiagonal).Transpose();
        if (a.Rank >= 2 && a.Layout.Strides[^2] == 1 && a.Layout.Strides[^1] != 1) return a.Transpose().SolveTriangular(b, !isLower, !isTransposed, hasUnitDiagonal);
        if (a.Rank > 2 && b.Rank >= 2)
        {
            Shape batch = Shape.Broadcast("triangular_solve", Shape.Create(a.Shape[..^2]), Shape.Create(b.Shape[..^2]));
            if (a.Shape.CountOf(..^2) != 1) a = a.Expand([.. batch, a.Shape[-2], a.Shape[-1]]);
        }

        return Dispatch.Run(new TriangularSolve(isLower, isTransposed, hasUnitDiagonal), a.Contiguous(), b);
    }
}
