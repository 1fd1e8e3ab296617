using System.Numerics;

namespace Adjoint;

/// <summary>start, start + step, start + 2 step, …</summary>
public sealed record Sequence(Shape Shape, DType DType, double Start, double Increment) : Op
{
    public override string Name => "range";

    public override bool IsDifferentiable => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output) =>
        DType == DType.Bool ? throw new DTypeException("range: bool is no number. Ask for another dtype.") : new Signature(Shape, DType);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        switch (DType)
        {
            case DType.F32: Run(outputs[0].Span<float>()); break;
            case DType.F64: Run(outputs[0].Span<double>()); break;
            case DType.I32: Run(outputs[0].Span<int>()); break;
            default: Run(outputs[0].Span<long>()); break;
        }
    }

    static readonly TypedKernels Kernels = new("strided_sequence");

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        queue.Call(Kernels.Of(DType), outputs[0].Count).Dense(outputs[0]).Value(outputs[0].Count).Value(Start).Value(Increment).Run();

    void Run<T>(Span<T> target) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < target.Length; i++) target[i] = T.CreateTruncating(Start + (i * Increment));
    }
}
