using Adjoint.Kernels;

namespace Adjoint;

/// <summary>
/// Factors of square matrices by Gaussian elimination with partial pivoting: l below the diagonal (ones on it) and u on and above in one matrix, the order of the rows (i64), and its sign. What derivatives need
/// of it follows from the matrix itself, so the op has no rules.
/// </summary>
public sealed record LuFactor : FloatOp
{
    const int PanelColumns = 64;

    static readonly TypedKernels Kernel = new("linalg_lu");

    public override string Name => "lu_factor";

    public override int OutputCount => 3;

    public override bool IsDifferentiable => false;

    public override Bound Bound => Bound.Compute;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Tensor a = inputs[0];
        MatrixShapes.Square(Name, "the operand", a);
        return output switch
        {
            0 => new Signature(a.Shape, a.DType),
            1 => new Signature(Shape.Create(a.Shape[..^1]), DType.I64),
            _ => new Signature(Shape.Create(a.Shape[..^2]), a.DType),
        };
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor factors = outputs[0];
        if (factors.Count > 0) Copy.Between(inputs[0], factors);
        fixed (T* a = &factors.First<T>(), sign = &outputs[2].First<T>())
        fixed (long* order = &outputs[1].First<long>())
            LuKernel.Factor(a, order, sign, factors.Shape[-1], factors.Shape.CountOf(..^2));
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor factors = outputs[0];
        if (factors.Count == 0)
        {
            Fill.Launch(queue, outputs[2], 1);
            return;
        }

        Copy.Between(queue, inputs[0], factors);
        int order = factors.Shape[-1], batch = factors.Shape.CountOf(..^2);
        long square = (long)order * order, size = factors.DType.Size();
        for (int first = 0; first < order; first += PanelColumns)
        {
            int width = Math.Min(PanelColumns, order - first), rest = order - first - width;
            queue.Call(Kernel.Of(factors.DType), MatrixShapes.BlockEach(queue, batch, order)).Dense(factors).Dense(outputs[1]).Dense(outputs[2]).Value(order).Value(first).Value(width).Run();
            if (rest == 0) return;

            // The rows of u to the right of the panel, then what they take from the rest.
            long diagonal = ((long)first * order) + first;
            new TriangularLaunch(queue, factors.DType, (factors.DeviceAddress, factors.Count), (factors.DeviceAddress, factors.Count), queue.Scratch(sizeof(int))).Solve(new TriangularSystem
            {
                Start = diagonal,
                BatchStep = square,
                TargetStart = diagonal + width,
                TargetBatchStep = square,
                Order = width,
                Columns = rest,
                Batch = batch,
                RowStep = order,
                ColumnStep = 1,
                TargetRowStep = order,
                TargetColumnStep = 1,
                IsLower = 1,
                HasUnitDiagonal = 1,
            });
            var product = new MatrixProduct
            {
                Rows = rest,
                Columns = rest,
                Inner = width,
                LeftRowStep = order,
                LeftInnerStep = 1,
                LeftBatchStep = square,
                RightInnerStep = order,
                RightColumnStep = 1,
                RightBatchStep = square,
            };
            long below = diagonal + ((long)width * order);
            TriangularLaunch.SubtractProduct(
                queue, factors.DType, product, batch, factors.DeviceAddress + (ulong)(below * size), factors.DeviceAddress + (ulong)((diagonal + width) * size),
                (factors.DeviceAddress, factors.Count), below + width, square, order, false);
        }
    }

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => 2L * outputs[0].Count * inputs[0].Shape[-1] / 3;
}
