namespace Adjoint;

/// <summary>An op that only plans use, in place of one or more ops of the table: it has been checked when those were recorded, and is past the tape.</summary>
abstract record PlanOp : Op
{
    public sealed override bool IsDifferentiable => false;

    public sealed override Signature Infer(ReadOnlySpan<Tensor> inputs, int output) => throw new NotSupportedException();

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => throw new NotSupportedException();

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => throw new NotSupportedException();
}
