namespace Adjoint;

/// <summary>An op that stands on the tape for a whole function, only to have rules of derivation; it is never run.</summary>
abstract record TapeRule : Op
{
    public sealed override Signature Infer(ReadOnlySpan<Tensor> inputs, int output) => throw new NotSupportedException();

    public sealed override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => throw new NotSupportedException();

    public sealed override void Launch(LaunchQueue queue, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => throw new NotSupportedException();
}
