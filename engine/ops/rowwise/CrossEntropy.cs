using Adjoint.Kernels;

namespace Adjoint;

/// <summary>log Σ e^x - x[target] for each row of dense logits [rows, classes] and its class (i64 [rows]).</summary>
public sealed record CrossEntropy : FloatOp
{
    public override string Name => "cross_entropy";

    public override Saves Saves => Saves.Inputs;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Check(Name, inputs[0], inputs[1]);
        return new Signature([inputs[0].Shape[0]], inputs[0].DType);
    }

    internal static void Check(string name, Tensor logits, Tensor targets)
    {
        Require.Float(name, logits);
        Require.Rank(name, "logits", logits, 2);
        Require.Type(name, "targets", targets, DType.I64);
        if (targets.Rank != 1 || targets.Shape[0] != logits.Shape[0])
            throw new ShapeException($"{name}: targets {targets.Shape} do not give one class for each row of the logits {logits.Shape}. Pass i64 [{logits.Shape[0]}].");
        if (logits.Shape[1] == 0) throw new ShapeException($"{name}: the logits {logits.Shape} have no classes. Pass at least one column.");
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        int rows = inputs[0].Shape[0], classes = inputs[0].Shape[1];
        fixed (T* x = &inputs[0].First<T>(), y = &outputs[0].First<T>())
        fixed (long* target = &inputs[1].First<long>())
        {
            IndexChecks.Require("cross_entropy", "targets", target, rows, classes);
            RowLoop.Run<CrossEntropyKernel<T>, T>(new(x, target, y, classes), rows, classes);
        }
    }

    static readonly TeamKernels Kernels = new("cross_entropy");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        int rows = inputs[0].Shape[0], classes = inputs[0].Shape[1];
        queue.CheckIndices(Name, "targets", inputs[1], 0, classes);
        queue.CallRows(Kernels, inputs[0].DType, rows, classes).Dense(inputs).Dense(outputs).Value(rows).Value(classes).Run();
    }

    public override void Vjp(VjpRule rule) => rule.Give(0, Dispatch.Run(new CrossEntropyDerivative(), rule.X, rule.Y, rule.Cotangent.Contiguous()));

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
