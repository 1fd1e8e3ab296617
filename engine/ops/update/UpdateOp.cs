using Adjoint.Kernels;

namespace Adjoint;

/// <summary>An op that rewrites flat buffers in place, reading its scalars (learning rate, step count) from state tensors when it runs.</summary>
public abstract record UpdateOp : Op
{
    public sealed override bool IsDifferentiable => false;

    public sealed override Saves Saves => Saves.Nothing;

    public override Signature Infer(ReadOnlySpan<Tensor> inputs, int output)
    {
        Require.Float(Name, inputs[0]);
        return new Signature(inputs[0].Shape, inputs[0].DType);
    }

    /// <summary>A scalar of type f32 or f64.</summary>
    private protected static double Number(Tensor x) => x.DType == DType.F32 ? x.First<float>() : x.First<double>();

    /// <summary>A scalar of type i64.</summary>
    private protected static long Count(Tensor x) => x.First<long>();

    /// <summary>Runs a rule over outputs[0] and its states outputs[1..], with the source beside.</summary>
    private protected static void Run<TRule>(TRule rule, Tensor source, ReadOnlySpan<Tensor> outputs) where TRule : struct, IUpdateRule
    {
        if (source.DType == DType.F32) Run<TRule, float>(rule, source, outputs);
        else Run<TRule, double>(rule, source, outputs);
    }

    static unsafe void Run<TRule, T>(TRule rule, Tensor source, ReadOnlySpan<Tensor> outputs)
        where TRule : struct, IUpdateRule
        where T : unmanaged
    {
        int last = outputs.Length - 1;
        fixed (T* x = &source.First<T>(), y = &outputs[0].First<T>(), first = &outputs[Math.Min(1, last)].First<T>(), second = &outputs[last].First<T>())
            UpdateKernel.Run(rule, new UpdateBuffers<T>(y, x, first, second), source.Count);
    }
}
