using Adjoint.Kernels;

namespace Adjoint;

/// <summary>t·(softmax x - 1 at the target) for each row of dense logits x, its class and its cotangent t [rows]: the reverse derivative of cross-entropy.</summary>
public sealed record CrossEntropyDerivative : FloatOp
{
    public override string Name => "cross_entropy_derivative";

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        CrossEntropy.Check(Name, inputs[0], inputs[1]);
        Require.SameType(Name, inputs[0], inputs[2]);
        if (inputs[2].Shape != inputs[1].Shape)
            throw new ShapeException($"{Name}: the cotangent {inputs[2].Shape} does not give one number for each row of the logits {inputs[0].Shape}. Pass {inputs[1].Shape}.");
        return new Signature(inputs[0].Shape, inputs[0].DType);
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        int rows = inputs[0].Shape[0], classes = inputs[0].Shape[1];
        fixed (T* x = &inputs[0].First<T>(), t = &inputs[2].First<T>(), z = &outputs[0].First<T>())
        fixed (long* target = &inputs[1].First<long>())
        {
            IndexChecks.Require(Name, "targets", target, rows, classes);
            RowLoop.Run<CrossEntropyDerivativeKernel<T>, T>(new(x, target, t, z, classes), rows, classes);
        }
    }

    static readonly TeamKernels Kernels = new("cross_entropy_derivative");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        int rows = inputs[0].Shape[0], classes = inputs[0].Shape[1];
        queue.CheckIndices(Name, "targets", inputs[1], 0, classes);
        queue.CallRows(Kernels, inputs[0].DType, rows, classes).Dense(inputs).Dense(outputs).Value(rows).Value(classes).Run();
    }

    public override void Vjp(VjpRule rule)
    {
        Tensor c = rule.Cotangent, probabilities = rule.X.Softmax();
        if (rule.Needs(0)) rule.Give(0, rule.Input(2).Unsqueeze(1) * SoftmaxDerivative.Of(c, probabilities));
        if (rule.Needs(2)) rule.Give(2, (c * probabilities).Sum(1) - c.TakeAlong(1, rule.Y.Unsqueeze(1)).Squeeze(1));
    }

    public override Tensor? Jvp(JvpRule rule)
    {
        Tensor? sum = rule.Tangent(2) is { } t ? Dispatch.Run(this, rule.X, rule.Y, t.Contiguous()) : null;
        if (rule.Tangent(0) is not { } x) return sum;
        Tensor part = rule.Input(2).Unsqueeze(1) * SoftmaxDerivative.Of(x, rule.X.Softmax());
        return sum is null ? part : sum + part;
    }
}
