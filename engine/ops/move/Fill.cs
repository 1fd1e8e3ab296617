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

    public override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Launch(queue, outputs[0], Value);

    /// <summary>Sets every element of a dense tensor on a device.</summary>
    internal static void Launch(LaunchQueue queue, Tensor target, double value)
    {
        KernelCall call = queue.Call(WordKernels.Fill.Of(target.DType), target.Count).Dense(target).Value((long)target.Count);
        call = target.DType switch
        {
            DType.F32 => call.Value((float)value),
            DType.F64 => call.Value(value),
            DType.I32 => call.Value((int)value),
            DType.I64 => call.Value((long)value),
            _ => call.Value(value != 0),
        };
        call.Run();
    }
}
