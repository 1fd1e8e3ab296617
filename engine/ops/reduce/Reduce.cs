using Adjoint.Kernels;

namespace Adjoint;

/// <summary>What a reduction over axes needs to be told: how numbers fold, and its name.</summary>
public interface INamedReduction : IReduction
{
    static abstract string Name { get; }

    /// <summary>The fold by which kernels go.</summary>
    static abstract Type Kernel { get; }

    /// <summary>Whether a fold over no elements has a value.</summary>
    static abstract bool AllowsEmpty { get; }
}

/// <summary>A fold over a set of axes. The set is a bit mask; with <paramref name="KeepAxes"/> the axes stay with size 1.</summary>
public abstract record Reduce<TFold>(int Axes, bool KeepAxes) : NumberOp where TFold : struct, INamedReduction
{
    public override string Name => TFold.Name;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Number(Name, inputs[0], true);
        Shape shape = inputs[0].Shape;
        Span<int> kept = stackalloc int[shape.Rank];
        int rank = 0;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            bool reduced = (Axes >> axis & 1) != 0;
            if (reduced && shape[axis] == 0 && !TFold.AllowsEmpty)
                throw new ShapeException($"{Name}: axis {axis} of {shape} is empty, so there is no value. Check for empty input before.");
            if (!reduced) kept[rank++] = shape[axis];
            else if (KeepAxes) kept[rank++] = 1;
        }

        return new Signature(Shape.Create(kept[..rank]), inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], y = outputs[0];
        Loops(x, out LoopNest results, out LoopNest elements);
        fixed (T* source = &x.First<T>(), target = &y.First<T>())
            ReduceKernel.Run(default(TFold), results, elements, source, target);
    }

    internal override PlannedCall Prepare(Tensor[] inputs, Tensor[] outputs) => inputs[0].DType switch
    {
        DType.F32 => new Call<float>(this, inputs[0], outputs[0]),
        DType.F64 => new Call<double>(this, inputs[0], outputs[0]),
        DType.I32 => new Call<int>(this, inputs[0], outputs[0]),
        _ => new Call<long>(this, inputs[0], outputs[0]),
    };

    sealed unsafe class Call<T> : PlannedCall where T : unmanaged
    {
        readonly LoopNest results;
        readonly LoopNest elements;
        readonly T* source;
        readonly T* target;

        public Call(Reduce<TFold> op, Tensor x, Tensor y)
        {
            op.Loops(x, out results, out elements);
            source = (T*)x.Address();
            target = (T*)y.Address();
        }

        public override void Run() => ReduceKernel.Run(default(TFold), results, elements, source, target);
    }

    static readonly TeamKernels Rows = new("reduce_rows", TFold.Kernel);
    static readonly TypedKernels Strided = new("reduce_strided", [TFold.Kernel]);

    /// <summary>The kernels that fold columns.</summary>
    internal static TypedKernels Columns { get; } = new("reduce_columns", [TFold.Kernel]);

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], y = outputs[0];
        Loops(x, out LoopNest results, out LoopNest elements);
        int count = y.Count, folded = elements.Count;
        if (count == 0) return;
        bool isOneAxis = elements.Rank == 1 && results.Rank == 1 && folded > 0;
        if (isOneAxis && elements.Stride(0, 0) == 1 && (count == 1 || results.Stride(0, 0) == folded))
            ReduceLaunch.Rows(queue, Rows, x.DType, x.DeviceAddress, y.DeviceAddress, count, folded);
        else if (isOneAxis && queue.HasWarps && results.Stride(0, 0) == 1 && elements.Stride(0, 0) == count)
            ReduceLaunch.Columns(queue, Columns, x.DType, x.DeviceAddress, y.DeviceAddress, folded, count);
        else
        {
            Nest kept = Nest.From(results), reduced = Nest.From(elements);
            kept.Start0 = x.Layout.Offset;
            queue.Call(Strided.Of(x.DType), count).Whole(x).Dense(y).Value(count).Value(folded).Value(kept).Value(reduced).Value(1.0).Value((byte)0).Run();
        }
    }

    void Loops(Tensor x, out LoopNest results, out LoopNest elements)
    {
        Span<int> keptSizes = stackalloc int[Shape.MaxRank], keptStrides = stackalloc int[Shape.MaxRank], outStrides = stackalloc int[Shape.MaxRank];
        Span<int> sizes = stackalloc int[Shape.MaxRank], strides = stackalloc int[Shape.MaxRank];
        int kept = 0, reduced = 0, step = 1;
        for (int axis = 0; axis < x.Rank; axis++)
        {
            if ((Axes >> axis & 1) != 0)
            {
                sizes[reduced] = x.Shape[axis];
                strides[reduced++] = x.Layout.Strides[axis];
            }
            else
            {
                keptSizes[kept] = x.Shape[axis];
                keptStrides[kept++] = x.Layout.Strides[axis];
            }
        }

        for (int axis = kept - 1; axis >= 0; axis--)
        {
            outStrides[axis] = step;
            step *= keptSizes[axis];
        }

        results = LoopNest.Create(keptSizes[..kept], keptStrides[..kept], outStrides[..kept]);
        elements = LoopNest.Create(sizes[..reduced], strides[..reduced]);
    }

    /// <summary>The reduced result (or its cotangent) with its axes put back as size 1, so that it broadcasts against the input.</summary>
    protected Tensor Restore(Tensor reduced, Shape input)
    {
        if (KeepAxes) return reduced;
        Span<int> sizes = stackalloc int[input.Rank];
        for (int axis = 0; axis < sizes.Length; axis++) sizes[axis] = (Axes >> axis & 1) != 0 ? 1 : input[axis];
        return reduced.Reshape(Shape.Create(sizes));
    }
}
