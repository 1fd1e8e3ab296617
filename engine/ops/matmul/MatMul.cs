using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Matrix product of the last two axes; leading axes broadcast. Transposed operands are views and cost no copy.</summary>
public sealed record MatMul : FloatOp
{
    public override string Name => "matmul";

    /// <summary>How many products of a plan read the right operand between two writes of it.</summary>
    internal int ReadsOfRight { get; init; } = 1;

    public override Bound Bound => Bound.Compute;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Tensor left = inputs[0], right = inputs[1];
        Require.SameType(Name, left, right);
        Require.Float(Name, left);
        Require.MinimumRank(Name, "the left operand", left, 2);
        Require.MinimumRank(Name, "the right operand", right, 2);
        if (left.Shape[-1] != right.Shape[-2])
        {
            string remedy = left.Shape[-1] == right.Shape[-1] ? "Transpose the right operand?" : left.Shape[-2] == right.Shape[-2] ? "Transpose the left operand?" : "Check the sizes.";
            throw new ShapeException($"MatMul: inner sizes differ, left {left.Shape} right {right.Shape}. {remedy}");
        }

        Shape batch = Shape.Broadcast(Name, Shape.Create(left.Shape[..^2]), Shape.Create(right.Shape[..^2]));
        return new Signature([.. batch, left.Shape[-2], right.Shape[-1]], left.DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], y = inputs[1], z = outputs[0];
        fixed (T* a = &x.First<T>(), b = &y.First<T>(), c = &z.First<T>()) Multiply(MatrixShape(x, y, z), Batches(x, y, z), a, b, c, default);
    }

    static unsafe void Multiply<T>(in MatMulShape shape, in LoopNest batches, T* a, T* b, T* c, in MatMulEpilogue<T> epilogue) where T : unmanaged
    {
        if (batches.Count == 1)
        {
            MatMulKernel.Run(shape, a, b, c, false, epilogue);
            return;
        }

        for (int row = 0; row < batches.Rows; row++)
        {
            T* left = a + batches.RowOffset(0, row), right = b + batches.RowOffset(1, row), target = c + batches.RowOffset(2, row);
            for (int i = 0; i < batches.Columns; i++)
                MatMulKernel.Run(shape, left + ((long)i * batches.ColumnStride(0)), right + ((long)i * batches.ColumnStride(1)), target + ((long)i * batches.ColumnStride(2)), false);
        }
    }

    internal override PlannedCall Prepare(Tensor[] inputs, Tensor[] outputs) =>
        inputs[0].DType == DType.F32 ? new Call<float>(inputs[0], inputs[1], outputs[0], ReadsOfRight, default) : new Call<double>(inputs[0], inputs[1], outputs[0], ReadsOfRight, default);

    /// <summary>A product in a plan. What is to be done to each element of the result is given for single products only, not for batches.</summary>
    internal sealed unsafe class Call<T>(Tensor x, Tensor y, Tensor z, int readsOfRight, MatMulEpilogue<T> epilogue) : PlannedCall where T : unmanaged
    {
        readonly MatMulShape shape = MatrixShape(x, y, z) with { Resident = Resident(y, readsOfRight) };
        readonly LoopNest batches = Batches(x, y, z);
        readonly T* a = (T*)x.Address(), b = (T*)y.Address(), c = (T*)z.Address();

        public override void Run() => Multiply(shape, batches, a, b, c, epilogue);
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Launch(queue, inputs[0], inputs[1], null, false, outputs[0]);

    /// <summary>z = x·y on a device, plus a row of biases where there is one, and max(·, 0) of that where it rectifies.</summary>
    internal static void Launch(LaunchQueue queue, Tensor x, Tensor y, Tensor? bias, bool rectifies, Tensor z)
    {
        var (left, leftStart) = Ascending(queue, x);
        var (right, rightStart) = Ascending(queue, y);
        LoopNest batches = Batches(left, right, z.Layout);
        MatMulShape shape = MatrixShape(left, right, z.Layout);
        long size = x.DType.Size();
        for (int row = 0; row < batches.Rows; row++)
        {
            var product = new MatrixProduct
            {
                Rows = shape.M,
                Columns = shape.N,
                Inner = shape.K,
                LeftRowStep = (int)shape.ARow,
                LeftInnerStep = (int)shape.AColumn,
                RightInnerStep = (int)shape.BRow,
                RightColumnStep = (int)shape.BColumn,
                LeftBatchStep = batches.ColumnStride(0),
                RightBatchStep = batches.ColumnStride(1),
                HasBias = bias is null ? 0 : 1,
            };
            ulong At(ulong start, int operand) => start + (ulong)(batches.RowOffset(operand, row) * size);
            ProductLaunch.Run(queue, x.DType, product, batches.Columns, At(leftStart, 0), At(rightStart, 1), bias?.DeviceAddress ?? 0, At(z.DeviceAddress, 2), rectifies);
        }
    }

    // An operand's layout and address; a copy's where axes descend, since kernels walk operands from their first element upwards.
    static (Layout Layout, ulong Start) Ascending(LaunchQueue queue, Tensor x)
    {
        bool descends = false;
        foreach (int stride in x.Layout.Strides) descends |= stride < 0;
        return descends ? (Layout.Contiguous(x.Shape), queue.Dense(x)) : (x.Layout, x.DeviceAddress);
    }

    static MatMulShape MatrixShape(Tensor x, Tensor y, Tensor z) => MatrixShape(x.Layout, y.Layout, z.Layout);

    static MatMulShape MatrixShape(Layout x, Layout y, Layout z) => new(
        z.Shape[-2], z.Shape[-1], x.Shape[-1], x.Strides[^2], x.Strides[^1], y.Strides[^2], y.Strides[^1], z.Strides[^2]);

    static LoopNest Batches(Tensor x, Tensor y, Tensor z) => Batches(x.Layout, y.Layout, z.Layout);

    // The first of several reads fetches the matrix.
    static long Resident(Tensor y, int reads)
    {
        long numbers = (long)y.Shape[-2] * y.Shape[-1];
        return numbers - (numbers / reads);
    }

    // The loops over leading axes; an operand that lacks one stands still there.
    static LoopNest Batches(Layout x, Layout y, Layout z)
    {
        int rank = z.Shape.Rank - 2;
        Span<int> left = stackalloc int[Shape.MaxRank], right = stackalloc int[Shape.MaxRank];
        for (int axis = 0; axis < rank; axis++)
        {
            left[axis] = BatchStride(x, z, axis);
            right[axis] = BatchStride(y, z, axis);
        }

        return LoopNest.Create(z.Shape[..rank], left[..rank], right[..rank], z.Strides[..rank]);
    }

    static int BatchStride(Layout operand, Layout result, int axis)
    {
        int own = axis - (result.Shape.Rank - operand.Shape.Rank);
        return own < 0 || operand.Shape[own] != result.Shape[axis] ? 0 : operand.Strides[own];
    }

    public override void Vjp(VjpRule rule)
    {
        Tensor g = rule.Cotangent;
        if (rule.Needs(0)) rule.Give(0, g.MatMul(rule.Y.Transpose()).SumTo(rule.InputShape(0)));
        if (!rule.Needs(1)) return;

        // The cotangent of a transposed view, such as a weight [out, in], comes out dense for the tensor behind the view.
        ReadOnlySpan<int> strides = rule.InputLayout(1).Strides;
        bool transposed = strides[^2] == 1 && strides[^1] != 1;
        Tensor product = transposed ? g.Transpose().MatMul(rule.X).Transpose() : rule.X.Transpose().MatMul(g);
        rule.Give(1, product.SumTo(rule.InputShape(1)));
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor? first = rule.Tangent(0)?.MatMul(rule.Y), second = rule.Tangent(1) is { } t ? rule.X.MatMul(t) : null;
        return first is null ? second : second is null ? first : first + second;
    }

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => 2L * outputs[0].Count * inputs[0].Shape[-1];
}

public static partial class TensorMath
{
    /// <summary>
    /// Matrix product of the last two axes, [..., m, k] · [..., k, n] → [..., m, n]; leading axes broadcast. A vector as left operand counts as a row, as right
    /// operand as a column, and its axis goes from the result. Transposed views cost no copy.
    /// </summary>
    /// <exception cref="ShapeException">Inner sizes differ or leading axes do not broadcast.</exception>
    public static Tensor MatMul(this Tensor left, Tensor right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Rank == 1)
        {
            Tensor row = left.Unsqueeze(0).MatMul(right);
            return row.Squeeze(right.Rank == 1 ? 0 : -2);
        }

        if (right.Rank == 1) return left.MatMul(right.Unsqueeze(1)).Squeeze(-1);

        // One tall product is faster than many small ones, and so is its derivative.
        if (right.Rank == 2 && left.Rank > 2 && left.Shape[-1] == right.Shape[0])
            return left.Reshape([left.Shape.CountOf(..^1), left.Shape[-1]]).MatMul(right).Reshape([.. left.Shape[..^1], right.Shape[1]]);
        return Dispatch.Run(new MatMul(), left, right);
    }
}
