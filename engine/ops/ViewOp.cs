namespace Adjoint;

/// <summary>An op that only looks at its input's memory in another way.</summary>
public abstract record ViewOp : Op
{
    public sealed override Saves Saves => Saves.Nothing;

    /// <summary>The new layout; throws for arguments that do not fit.</summary>
    public abstract Layout View(Layout input);

    public sealed override Signature Infer(ReadOnlySpan<Tensor> inputs, int output) => new(View(inputs[0].Layout).Shape, inputs[0].DType);

    public sealed override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
    }

    public sealed override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
    }
}
