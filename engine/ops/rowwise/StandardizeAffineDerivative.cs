using Kernel = Adjoint.Kernels.StandardizeAffineDerivative;

namespace Adjoint;

/// <summary>
/// The reverse derivative of <see cref="StandardizeAffine"/> in one pass: from the cotangent t, x and the scale, the cotangents of x, scale and shift. With y the standardised
/// rows and D the derivative of standardising these are D(t·scale), Σ t·y and Σ t, the sums over rows.
/// </summary>
public sealed record StandardizeAffineDerivative(double Epsilon) : RowOp
{
    public override string Name => "layer_norm_derivative";

    static readonly TeamKernels Teams = new("standardize_affine_rows");

    private protected override TeamKernels Kernels => Teams;

    private protected override double? Added => Epsilon;

    public override int OutputCount => 3;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Signature rows = base.Infer(inputs[1..], 0);
        Require.SameType(Name, inputs[0], inputs[1]);
        if (inputs[0].Shape != inputs[1].Shape)
            throw new ShapeException($"{Name}: the cotangent {inputs[0].Shape} and the input {inputs[1].Shape} differ. Expand the cotangent.");
        StandardizeAffine.CheckColumns(Name, "scale", inputs[1], inputs[2]);
        return output == 0 ? rows : new Signature(inputs[2].Shape, rows.DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        int columns = inputs[1].Shape[-1];
        fixed (T* t = &inputs[0].First<T>(), x = &inputs[1].First<T>(), scale = &inputs[2].First<T>())
        fixed (T* toX = &outputs[0].First<T>(), toScale = &outputs[1].First<T>(), toShift = &outputs[2].First<T>())
            Kernel.Run(t, x, scale, toX, toScale, toShift, inputs[1].Count / columns, columns, Epsilon);
    }

    static readonly TypedKernels Columns = new("standardize_affine_columns");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor t = inputs[0], x = inputs[1], scale = inputs[2];
        int columns = x.Shape[-1], rows = x.Count / columns, size = x.DType.Size();
        if (rows == 0)
        {
            foreach (Tensor output in outputs) Fill.Launch(queue, output, 0);
            return;
        }

        ulong means = queue.Scratch((long)rows * size), roots = queue.Scratch((long)rows * size);
        queue.CallRows(Teams, x.DType, rows, columns).Dense(inputs).Dense(outputs[0]).View(means, rows).View(roots, rows).Value(rows).Value(columns).Value(Epsilon).Run();
        var pieces = new ColumnPieces(rows, columns);
        long count = (long)pieces.Count * columns;
        ulong toScale = pieces.Count == 1 ? outputs[1].DeviceAddress : queue.Scratch(count * size), toShift = pieces.Count == 1 ? outputs[2].DeviceAddress : queue.Scratch(count * size);
        queue.Call(Columns.Of(x.DType), pieces.Grid(queue)).Dense(t).Dense(x).View(means, rows).View(roots, rows).View(toScale, count).View(toShift, count)
            .Value(rows).Value(columns).Value(pieces.Rows).Run();
        if (pieces.Count == 1) return;
        ReduceLaunch.Columns(queue, Sum.Columns, x.DType, toScale, outputs[1].DeviceAddress, pieces.Count, columns);
        ReduceLaunch.Columns(queue, Sum.Columns, x.DType, toShift, outputs[2].DeviceAddress, pieces.Count, columns);
    }

    public override void Vjp(VjpRule rule)
    {
        Tensor t = rule.X, x = rule.Y, scale = rule.Input(2);
        Tensor? toT = null, toX = null;
        if (rule.CotangentOf(0) is { } c)
        {
            Tensor moved = StandardizeDerivative.Of(c, x, Epsilon);
            toT = scale * moved;
            toX = new StandardizeDerivative(Epsilon).AlongPoint(c, t * scale, x);
            if (rule.Needs(2)) rule.Give(2, (t * moved).SumTo(scale.Shape));
        }

        if (rule.CotangentOf(1) is { } byScale)
        {
            toT = StandardizeAffine.Plus(toT, byScale * Standardize.Of(x, Epsilon));
            toX = StandardizeAffine.Plus(toX, StandardizeDerivative.Of(byScale * t, x, Epsilon));
        }

        if (rule.CotangentOf(2) is { } byShift) toT = StandardizeAffine.Plus(toT, byShift.Expand(t.Shape));
        if (rule.Needs(0) && toT is not null) rule.Give(0, toT);
        if (rule.Needs(1) && toX is not null) rule.Give(1, toX);
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor t = rule.X, x = rule.Y, scale = rule.Input(2);
        Tensor? sum = null;
        if (rule.OutputIndex == 0)
        {
            if (rule.Tangent(0) is { } along) sum = StandardizeDerivative.Of(along * scale, x, Epsilon);
            if (rule.Tangent(2) is { } byScale) sum = StandardizeAffine.Plus(sum, StandardizeDerivative.Of(t * byScale, x, Epsilon));
            return rule.Tangent(1) is { } point ? StandardizeAffine.Plus(sum, new StandardizeDerivative(Epsilon).AlongTangent(t * scale, x, point)) : sum;
        }

        if (rule.OutputIndex == 2) return rule.Tangent(0)?.SumTo(scale.Shape);
        if (rule.Tangent(0) is { } first) sum = (first * Standardize.Of(x, Epsilon)).SumTo(scale.Shape);
        return rule.Tangent(1) is { } second ? StandardizeAffine.Plus(sum, (t * StandardizeDerivative.Of(second, x, Epsilon)).SumTo(scale.Shape)) : sum;
    }
}
