using Adjoint.Kernels;

namespace Adjoint;

/// <summary>Adds one to a counter, i64 scalar.</summary>
public sealed record CountStep : Op
{
    public override string Name => "count_step";

    public override bool IsDifferentiable => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output) => new(Shape.Scalar, DType.I64);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => outputs[0].First<long>()++;

    static readonly KernelReference Kernel = new("update_count_step");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => queue.Call(Kernel, 1).Dense(outputs[0]).Run();
}
