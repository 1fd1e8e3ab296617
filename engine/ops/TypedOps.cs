using System.Numerics;

namespace Adjoint;

/// <summary>An op whose CPU form is one generic method over the number types; the dtype of the first input chooses.</summary>
public abstract record NumberOp : Op
{
    public sealed override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        switch (inputs[0].DType)
        {
            case DType.F32: Run<float>(inputs, outputs); break;
            case DType.F64: Run<double>(inputs, outputs); break;
            case DType.I32: Run<int>(inputs, outputs); break;
            default: Run<long>(inputs, outputs); break;
        }
    }

    /// <summary>The CPU form.</summary>
    protected abstract void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) where T : unmanaged, INumber<T>;
}

/// <summary>An op whose CPU form is one generic method over f32 and f64; the dtype of the first input chooses.</summary>
public abstract record FloatOp : Op
{
    public sealed override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (inputs[0].DType == DType.F32) Run<float>(inputs, outputs);
        else Run<double>(inputs, outputs);
    }

    /// <summary>The CPU form.</summary>
    protected abstract void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>An op that moves elements without looking at them; the size of an element of the output chooses the type that stands for it.</summary>
public abstract record MoveOp : Op
{
    public sealed override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        switch (outputs[0].DType.Size())
        {
            case 4: Run<int>(inputs, outputs); break;
            case 8: Run<long>(inputs, outputs); break;
            default: Run<byte>(inputs, outputs); break;
        }
    }

    /// <summary>The CPU form.</summary>
    protected abstract void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) where T : unmanaged;
}
