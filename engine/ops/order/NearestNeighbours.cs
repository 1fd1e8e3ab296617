using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Places of the k nearest of the rows of y [m, d] to each row of x [n, d], the nearest first, without a matrix of all distances.</summary>
public sealed record NearestNeighbours(int K) : FloatOp
{
    // Distances that a device holds at a time.
    const int Together = 1 << 22;

    public override string Name => "nearest_neighbours";

    public override bool IsDifferentiable => false;

    public override Bound Bound => Bound.Compute;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Float(Name, inputs[0]);
        Require.SameType(Name, inputs[0], inputs[1]);
        Require.Rank(Name, "the rows", inputs[0], 2);
        Require.Rank(Name, "the candidates", inputs[1], 2);
        Shape x = inputs[0].Shape, y = inputs[1].Shape;
        if (x[1] != y[1]) throw new ShapeException($"nearest_neighbours: rows {x} and candidates {y} differ in length. Pass [n, d] and [m, d].");
        if (K < 1 || K > y[0]) throw new ShapeException($"nearest_neighbours: {K} of the {y[0]} candidates do not exist. Ask for 1 to {y[0]}.");
        return new Signature([x[0], K], DType.I64);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* x = &inputs[0].First<T>(), y = &inputs[1].First<T>())
        fixed (long* z = &outputs[0].First<long>())
            DistanceKernel.Nearest(x, y, z, inputs[0].Shape[0], inputs[1].Shape[0], inputs[0].Shape[1], K);
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0], y = inputs[1];
        int rows = x.Shape[0], others = y.Shape[0], step = Math.Max(1, Together / others);
        for (int first = 0; first < rows; first += step)
        {
            int count = Math.Min(step, rows - first);
            ulong distances = queue.Scratch((long)count * others * x.DType.Size());
            SquaredDistances.Launch(queue, x, y, distances, 1, first, count);
            KeyRows sorted = OrderLaunch.Sort(queue, OrderLaunch.Keys(queue, distances, x.DType, count, others, false), K);
            OrderLaunch.WritePlaces(queue, sorted, outputs[0].DeviceAddress + ((ulong)first * (ulong)K * sizeof(long)), K);
        }
    }

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => 3L * inputs[0].Count * inputs[1].Shape[0];
}

public static partial class TensorMath
{
    /// <summary>
    /// The k nearest of the rows of y [m, d] to each row of x [n, d]: distances [n, k], the nearest first, and places in y (i64 [n, k]); the first of equally near ones. Distances are by differences; all of
    /// them are never held at once, so n and m may be large. Derivatives flow through the distances; where one is 0 they are taken as 0.
    /// </summary>
    /// <exception cref="ShapeException">Rows differ in length, or there are fewer than k candidates.</exception>
    public static (Tensor Distances, Tensor Indices) NearestNeighbours(this Tensor x, Tensor y, int k)
    {
        Tensor places = Dispatch.Run(new NearestNeighbours(k), x.Contiguous(), y.Contiguous());
        Tensor nearest = y.Select(0, places.Reshape([-1])).Reshape([x.Shape[0], k, x.Shape[1]]);
        return (SafeRoot((nearest - x.Unsqueeze(1)).Square().Sum(-1)), places);
    }
}
