using Adjoint.Kernels;

namespace Adjoint;

/// <summary>The lower factor l of positive definite matrices of the last two axes, a = l·lᵀ. The lower triangle of a is read; derivatives are those with respect to a symmetric a.</summary>
public sealed record Cholesky : FloatOp
{
    const int PanelColumns = 64;

    static readonly TypedKernels Kernel = new("linalg_cholesky");

    public override string Name => "cholesky";

    public override Saves Saves => Saves.Output;

    public override Bound Bound => Bound.Compute;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        MatrixShapes.Square(Name, "the operand", inputs[0]);
        return new Signature(inputs[0].Shape, inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor a = inputs[0];
        if (a.Count == 0) return;
        fixed (T* source = &a.First<T>(), target = &outputs[0].First<T>())
        {
            var (matrix, pivot) = CholeskyKernel.Factor(source, target, a.Shape[-1], a.Shape.CountOf(..^2));
            if (matrix >= 0) throw DefiniteFault.Error(Name, matrix, $": pivot {pivot} is not positive");
        }
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor a = inputs[0], l = outputs[0];
        int order = a.Shape[-1], batch = a.Shape.CountOf(..^2);
        if (a.Count == 0) return;
        new Triangle(true, 0).Launch(queue, a, l);
        ulong failure = queue.Watch(new DefiniteFault(Name));
        long square = (long)order * order, size = a.DType.Size();
        for (int first = 0; first < order; first += PanelColumns)
        {
            int width = Math.Min(PanelColumns, order - first), rest = order - first - width;
            queue.Call(Kernel.Of(a.DType), MatrixShapes.BlockEach(queue, batch, order)).Dense(l).View(failure, 1).Value(order).Value(first).Value(width).Run();
            if (rest == 0) return;

            // The panel below, a row a right-hand side, then what it takes from the rest.
            long below = ((long)(first + width) * order) + first;
            new TriangularLaunch(queue, a.DType, (l.DeviceAddress, l.Count), (l.DeviceAddress, l.Count), queue.Scratch(sizeof(int))).Solve(new TriangularSystem
            {
                Start = ((long)first * order) + first,
                BatchStep = square,
                TargetStart = below,
                TargetBatchStep = square,
                Order = width,
                Columns = rest,
                Batch = batch,
                RowStep = order,
                ColumnStep = 1,
                TargetRowStep = 1,
                TargetColumnStep = order,
                IsLower = 1,
            });
            var product = new MatrixProduct
            {
                Rows = rest,
                Columns = rest,
                Inner = width,
                LeftRowStep = order,
                LeftInnerStep = 1,
                LeftBatchStep = square,
                RightInnerStep = 1,
                RightColumnStep = order,
                RightBatchStep = square,
            };
            ulong panel = l.DeviceAddress + (ulong)(below * size);
            TriangularLaunch.SubtractProduct(queue, a.DType, product, batch, panel, panel, (l.DeviceAddress, l.Count), below + width, square, order, true);
        }
    }

    // Murray 2016: with p the lower half of lᵀ·l̄, ā is the symmetric part of l⁻ᵀ·p·l⁻¹.
    public override void Vjp(VjpRule rule)
    {
        Tensor l = rule.Result, half = l.Transpose().MatMul(rule.Cotangent).LowerHalf();
        Tensor left = l.SolveTriangular(half, isTransposed: true);
        rule.Give(0, l.SolveTriangular(left.Transpose(), isTransposed: true).Symmetrized());
    }

    // l̇ = l·(lower half of l⁻¹·ȧ·l⁻ᵀ)
    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor l = rule.Result, left = l.SolveTriangular(rule.Tangent(0)!.Symmetrized());
        return l.MatMul(l.SolveTriangular(left.Transpose()).LowerHalf());
    }

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => (long)outputs[0].Count * inputs[0].Shape[-1] / 3;
}

public static partial class TensorMath
{
    /// <summary>
    /// The lower triangular l with a = l·lᵀ for positive definite a [..., n, n]; zeros stand above the diagonal. The lower triangle of a is read, and derivatives treat a as symmetric.
    /// </summary>
    /// <exception cref="ShapeException">Matrices are not square.</exception>
    /// <exception cref="NumericalException">A matrix is not positive definite. On a device the error is raised when the host next reads.</exception>
    public static Tensor Cholesky(this Tensor a) => Dispatch.Run(new Cholesky(), a.Contiguous());

    /// <summary>The x of a·x = b for the factor l [..., n, n] of a = l·lᵀ, as <see cref="Cholesky(Tensor)"/> gives it, and b [..., n, k]; leading axes broadcast.</summary>
    /// <exception cref="ShapeException">Sizes do not fit.</exception>
    public static Tensor CholeskySolve(this Tensor l, Tensor b) => l.SolveTriangular(l.SolveTriangular(b), isTransposed: true);

    /// <summary>log det a of positive definite a [..., n, n] → [...], by its Cholesky factor.</summary>
    /// <exception cref="NumericalException">A matrix is not positive definite.</exception>
    public static Tensor LogDeterminant(this Tensor a) => a.Cholesky().Diagonal().Log().Sum(-1) * 2;
}
