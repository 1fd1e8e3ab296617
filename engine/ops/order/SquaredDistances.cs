using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Squared distances of all pairs of rows by differences: z[…, i, j] = Σ (x[…, i, k] - y[…, j, k])². Leading axes are equal.</summary>
public sealed record SquaredDistances : FloatOp
{
    static readonly TypedKernels Kernels = new("distance_squares");

    public override string Name => "squared_distances";

    public override Bound Bound => Bound.Compute;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Shape x = inputs[0].Shape, y = inputs[1].Shape;
        Require.Float(Name, inputs[0]);
        Require.SameType(Name, inputs[0], inputs[1]);
        Require.MinimumRank(Name, "the left rows", inputs[0], 2);
        if (x.Rank != y.Rank || x.With(x.Rank - 2, 0) != y.With(y.Rank - 2, 0))
            throw new ShapeException($"squared_distances: left rows {x} and right rows {y} may differ in their number only. Expand the leading axes of one.");
        return new Signature(x.With(x.Rank - 1, y[-2]), inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Shape shape = inputs[0].Shape;
        fixed (T* x = &inputs[0].First<T>(), y = &inputs[1].First<T>(), z = &outputs[0].First<T>())
            DistanceKernel.Squares(x, y, z, shape.CountOf(..(shape.Rank - 2)), shape[-2], inputs[1].Shape[-2], shape[-1]);
    }

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Shape shape = inputs[0].Shape;
        Launch(queue, inputs[0], inputs[1], outputs[0].DeviceAddress, shape.CountOf(..(shape.Rank - 2)), 0, shape[-2]);
    }

    /// <summary>Distances of some rows of x from all of y.</summary>
    internal static void Launch(LaunchQueue queue, Tensor x, Tensor y, ulong z, int batch, int firstRow, int rows)
    {
        int others = y.Shape[-2];
        long count = (long)batch * rows * others;
        queue.Call(Kernels.Of(x.DType), count).Dense(x).Dense(y).View(z, count)
            .Value(batch).Value(rows).Value(others).Value(x.Shape[-1]).Value(firstRow).Value(x.Shape[-2]).Run();
    }

    public override long Flops(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => 3L * outputs[0].Count * inputs[0].Shape[-1];

    public override void Vjp(VjpRule rule)
    {
        Tensor t = rule.Cotangent;
        if (rule.Needs(0)) rule.Give(0, 2 * ((t.Sum(-1, keepAxes: true) * rule.X) - t.MatMul(rule.Y)));
        if (rule.Needs(1)) rule.Give(1, 2 * ((t.Sum(-2, keepAxes: true).Transpose() * rule.Y) - t.Transpose().MatMul(rule.X)));
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor? sum = null;
        if (rule.Tangent(0) is { } dx) sum = (rule.X * dx).Sum(-1, keepAxes: true) - dx.MatMul(rule.Y.Transpose());
        if (rule.Tangent(1) is not { } dy) return 2 * sum!;
        Tensor part = (rule.Y * dy).Sum(-1, keepAxes: true).Transpose() - rule.X.MatMul(dy.Transpose());
        return 2 * (sum is null ? part : sum + part);
    }
}

public static partial class TensorMath
{
    // Up to this many coordinates differences are as quick as a product, and exact.
    const int FewCoordinates = 16;

    /// <summary>
    /// |x_i - y_j|² of all pairs of rows: x [..., n, d], y [..., m, d] → [..., n, m]; leading axes broadcast.
    /// </summary>
    /// <param name="x">Rows, f32 or f64.</param>
    /// <param name="y">Others.</param>
    /// <param name="exact">
    /// By differences, without cancellation; or by one matrix product of rows with their norms attached, where errors are of the norms' size times the rounding and what comes out negative is zero, with
    /// derivative zero. By default differences for up to 16 coordinates.
    /// </param>
    /// <exception cref="ShapeException">The rows' lengths differ, or leading axes do not broadcast.</exception>
    public static Tensor PairwiseSquaredDistances(this Tensor x, Tensor y, bool? exact = null)
    {
        Require.Float("squared_distances", x);
        Require.SameType("squared_distances", x, y);
        Require.MinimumRank("squared_distances", "the left rows", x, 2);
        Require.MinimumRank("squared_distances", "the right rows", y, 2);
        int width = x.Shape[-1];
        if (width != y.Shape[-1]) throw new ShapeException($"squared_distances: rows of {x.Shape} and of {y.Shape} differ in length. Pass [..., n, d] and [..., m, d].");
        if (exact ?? width <= FewCoordinates)
        {
            Shape lead = Shape.Broadcast("squared_distances", Shape.Create(x.Shape[..^2]), Shape.Create(y.Shape[..^2]));
            Tensor Rows(Tensor rows) => rows.Expand(Shape.Create([.. lead.Sizes, .. rows.Shape[^2..]])).Contiguous();
            return Dispatch.Run(new SquaredDistances(), Rows(x), Rows(y));
        }

        // (-2x, |x|², 1) · (y, 1, |y|²)
        Tensor One(Tensor rows) => Tensor.Ones(Shape.Scalar, rows.DType, rows.Device).Expand(rows.Shape.With(rows.Rank - 1, 1));
        Tensor left = Concat([x * -2, x.Square().Sum(-1, keepAxes: true), One(x)], -1), right = Concat([y, One(y), y.Square().Sum(-1, keepAxes: true)], -1);
        return left.MatMul(right.Transpose()).Relu();
    }

    /// <summary>|x_i - y_j| of all pairs of rows, as <see cref="PairwiseSquaredDistances"/>; where it is 0, its derivatives are taken as 0.</summary>
    /// <exception cref="ShapeException">The rows' lengths differ, or leading axes do not broadcast.</exception>
    public static Tensor PairwiseDistances(this Tensor x, Tensor y, bool? exact = null) => SafeRoot(x.PairwiseSquaredDistances(y, exact));

    // The root of what is not negative, with derivatives 0 at 0.
    internal static Tensor SafeRoot(this Tensor squares)
    {
        Tensor isFar = squares.Greater(0), one = Tensor.Ones(Shape.Scalar, squares.DType, squares.Device);
        return Where(isFar, Where(isFar, squares, one).Sqrt(), squares.Detach());
    }
}
