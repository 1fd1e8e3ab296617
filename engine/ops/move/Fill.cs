namespace Adjoint;

/// <summary>The same value everywhere.</summary>
public sealed record Fill(Shape Shape, DType DType, double Value) : Op
{
    public override string Name => "fill";

    public override bool IsDifferentiable => false;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Constant(Name, DType, Value);
        return new Signature(Shape, DType);
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        switch (DType)
        {
            case DType.F32: outputs[0].Span<float>().Fill((float)Value); break;
            case DType.F64: outputs[0].Span<double>().Fill(Value); break;
            case DType.I32: outputs[0].Span<int>().Fill((int)Value); break;
            case DType.I64: outputs[0].Span<long>().Fill((long)Value); break;
            default: outputs[0].Span<bool>().Fill(Value != 0); break;
        }
    }
}
