using Adjoint.Kernels;

namespace Adjoint;

/// <summary>log Σ e^x - x[target] for each row of dense logits [rows, classes] and its class (i64 [rows]).</summary>
public sealed record CrossEntropy : FloatOp
{
    public override string Name => "cross_entropy";

    public override Saves Saves => Saves.Inputs;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Float(Name, inputs[0]);
        Require.Rank(Name, "logits", inputs[0], 2);
        Require.Type(Name, "targets", inputs[1], DType.I64);
        if (inputs[1].Rank != 1 || inputs[1].Shape[0] != inputs[0].Shape[0])
            throw new ShapeException($"cross_entropy: targets {inputs[1].Shape} do not give one class for each row of the logits {inputs[0].Shape}. Pass i64 [{inputs[0].Shape[0]}].");
        if (inputs[0].Shape[1] == 0) throw new ShapeException($"cross_entropy: the logits {inputs[0].Shape} have no classes. Pass at least one column.");
        return new Signature([inputs[0].Shape[0]], inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor logits = inputs[0], targets = inputs[1], losses = outputs[0];
        int rows = logits.Shape[0], classes = logits.Shape[1];
        fixed (T* x = &logits.First<T>(), y = &losses.First<T>())
        fixed (long* target = &targets.First<long>())
        {
            IndexChecks.Require("cross_entropy", "targets", target, rows, classes);
            RowKernels.CrossEntropy(x, target, y, rows, classes);
        }
    }

    public override void Vjp(VjpRule rule)
    {
        Tensor weights = rule.Cotangent.Unsqueeze(1);
        rule.Give(0, (rule.X.Softmax() * weights) - weights.AddAlong(1, rule.Y.Unsqueeze(1), rule.InputShape(0)[1]));
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor t = rule.Tangent(0)!;
        return (rule.X.Softmax() * t).Sum(1) - t.TakeAlong(1, rule.Y.Unsqueeze(1)).Squeeze(1);
    }
}

public static partial class TensorMath
{
    /// <summary>Cross-entropy of each row: log Σ e^x - x[target], for logits [rows, classes] and targets i64 [rows]; the result is [rows].</summary>
    /// <exception cref="ShapeException">Shapes do not fit, or a target is not a class.</exception>
    public static Tensor CrossEntropy(this Tensor logits, Tensor targets) => Dispatch.Run(new CrossEntropy(), logits.Contiguous(), targets.Contiguous());
}
