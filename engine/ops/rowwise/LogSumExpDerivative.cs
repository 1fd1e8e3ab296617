using Adjoint.Kernels;

namespace Adjoint;

/// <summary>t·e^(x - y) along rows, for one t and one y a row: the reverse derivative of logsumexp at x and its result y. Where y is -inf it is 0.</summary>
public sealed record LogSumExpDerivative : RowOp
{
    public override string Name => "logsumexp_derivative";

    static readonly TeamKernels Teams = new("logsumexp_derivative");

    private protected override TeamKernels Kernels => Teams;

    private protected override Tensor Rows(ReadOnlySpan<Tensor> inputs) => inputs[1];

    internal static Tensor Of(Tensor t, Tensor x, Tensor result) => Dispatch.Run(new LogSumExpDerivative(), t.Contiguous(), x, result);

    /// <summary>e^(x - result); where the result is -inf every weight is 0, not NaN.</summary>
    internal static Tensor Weights(Tensor x, Tensor result)
    {
        Tensor safe = TensorMath.Where(result.Equal(double.NegativeInfinity), result.ZerosLike(), result);
        return (x - safe).Exp();
    }

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Signature rows = base.Infer(inputs[1..], output);
        Shape one = rows.Shape.With(rows.Shape.Rank - 1, 1);
        Require.SameType(Name, inputs[0], inputs[1]);
        Require.SameType(Name, inputs[1], inputs[2]);
        if (inputs[0].Shape != one || inputs[2].Shape != one)
            throw new ShapeException($"{Name}: the cotangent {inputs[0].Shape} and the result {inputs[2].Shape} do not give one number for each row of {rows.Shape}. Pass {one}.");
        return rows;
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        fixed (T* t = &inputs[0].First<T>(), x = &inputs[1].First<T>(), y = &inputs[2].First<T>(), z = &outputs[0].First<T>())
            RunRows<LogSumExpDerivativeKernel<T>, T>(new(t, x, y, z, inputs[1].Shape[-1]), inputs[1]);
    }

    public override void Vjp(VjpRule rule)
    {
        Tensor weighted = rule.Cotangent * Weights(rule.Y, rule.Input(2));
        if (rule.Needs(0)) rule.Give(0, weighted.Sum(-1, keepAxes: true));
        Tensor slope = weighted * rule.X;
        if (rule.Needs(1)) rule.Give(1, slope);
        if (rule.Needs(2)) rule.Give(2, -slope.Sum(-1, keepAxes: true));
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor weights = Weights(rule.Y, rule.Input(2));
        Tensor? sum = rule.Tangent(0) is { } t ? t * weights : null;
        for (int i = 1; i < 3; i++)
        {
            if (rule.Tangent(i) is not { } tangent) continue;
            Tensor part = rule.X * weights * tangent;
            sum = sum is null ? (i == 1 ? part : -part) : i == 1 ? sum + part : sum - part;
        }

        return sum;
    }
}
