using System.Numerics;
using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Places at which numbers would be put into sorted rows. Inputs: sorted rows [..., size], numbers [..., count]; or one sorted row [size] and numbers of any shape.</summary>
public sealed record SearchSorted(bool Right) : NumberOp
{
    static readonly TypedKernels Kernels = new("search_sorted");

    public override string Name => "search_sorted";

    public override bool IsDifferentiable => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Number(Name, inputs[0], true);
        Require.SameType(Name, inputs[0], inputs[1]);
        Shape sorted = inputs[0].Shape, numbers = inputs[1].Shape;
        if (sorted.Rank < 1) throw new ShapeException($"search_sorted: the sorted rows {sorted} have no axis. Pass at least one row [size].");
        if (sorted.Rank > 1 && (numbers.Rank != sorted.Rank || numbers.With(numbers.Rank - 1, 0) != sorted.With(sorted.Rank - 1, 0)))
            throw new ShapeException($"search_sorted: numbers {numbers} and sorted rows {sorted} may differ along the last axis only. Expand one, or pass a single row [size].");
        return new Signature(numbers, DType.I64);
    }

    static (int Rows, int Count) RowsOf(Tensor sorted, Tensor numbers) =>
        sorted.Rank == 1 ? (1, numbers.Count) : (sorted.Shape.CountOf(..(sorted.Rank - 1)), numbers.Shape[-1]);

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        (int rows, int count) = RowsOf(inputs[0], inputs[1]);
        fixed (T* x = &inputs[0].First<T>(), y = &inputs[1].First<T>())
        fixed (long* z = &outputs[0].First<long>())
            SearchKernel.Run(x, y, z, rows, inputs[0].Shape[-1], count, Right);
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        (int rows, int count) = RowsOf(inputs[0], inputs[1]);
        queue.Call(Kernels.Of(inputs[0].DType), outputs[0].Count).Dense(inputs).Dense(outputs[0]).Value(rows).Value(inputs[0].Shape[-1]).Value(count).Value(Right ? 1 : 0).Run();
    }
}

public static partial class TensorMath
{
    /// <summary>
    /// For each number, how many elements of its sorted row are below it (i64): the first place at which it could be put in; where <paramref name="right"/>, how many are not above it, the last such
    /// place. NaN comes behind everything. One sorted row [size] serves numbers of any shape; sorted rows [..., size] those of [..., count].
    /// </summary>
    /// <exception cref="ShapeException">Leading axes differ.</exception>
    public static Tensor SearchSorted(this Tensor sorted, Tensor numbers, bool right = false) => Dispatch.Run(new SearchSorted(right), sorted.Contiguous(), numbers.Contiguous());

    /// <summary>For each number the bucket (i64, 0 … size) between sorted edges [size] that it falls into: bucket i holds edges[i-1] &lt; x ≤ edges[i], or edges[i-1] ≤ x &lt; edges[i] where right.</summary>
    public static Tensor Bucketize(this Tensor x, Tensor edges, bool right = false)
    {
        Require.Rank("bucketize", "the edges", edges, 1);
        return edges.SearchSorted(x, right);
    }

    /// <summary>How often each of 0 … bins-1 occurs among indices (i64, any shape), as i64 [bins]; or, with weights of the indices' shape, the sum of their weights in the order of the indices.</summary>
    /// <exception cref="ShapeException">An index is outside 0 … bins-1, or shapes differ.</exception>
    public static Tensor BinCount(this Tensor indices, int bins, Tensor? weights = null)
    {
        Require.Type("bin_count", "the indices", indices, DType.I64);
        if (weights is not null && weights.Shape != indices.Shape)
            throw new ShapeException($"bin_count: weights {weights.Shape} and indices {indices.Shape} differ. Pass one weight for each index.");
        Tensor added = weights ?? Tensor.Ones(Shape.Scalar, DType.I64, indices.Device).Expand(indices.Shape);
        return added.Reshape([-1]).AddAt(0, indices.Reshape([-1]), Check.AtLeast(bins, 1, "bin_count bins"));
    }

    /// <summary>
    /// Numbers of x in each of <paramref name="bins"/> equal intervals of [low, high], the last one closed, as i64 [bins]; or the sums of their weights. What lies outside, and NaN, is not counted.
    /// </summary>
    /// <exception cref="SettingException">No bins, or high is not above low.</exception>
    public static Tensor Histogram(this Tensor x, int bins, double low, double high, Tensor? weights = null)
    {
        Require.Float("histogram", x);
        Check.AtLeast(bins, 1, "histogram bins");
        if (!(high > low)) throw new SettingException($"histogram: high = {high} is not above low = {low}. Swap or widen them.");

        // Edges as NumPy rounds them; what lies outside goes to a bin before the first or behind the last.
        Tensor edges = Tensor.Range(bins + 1, low, (high - low) / bins, DType.F64, x.Device).To(x.DType);
        Tensor places = edges.SearchSorted(x, right: true);
        places = Where(x.Equal(edges.At(0, bins)), Tensor.Full(Shape.Scalar, bins, DType.I64, x.Device), places);
        return places.BinCount(bins + 2, weights).Slice(0, 1, bins + 1);
    }
}
