namespace Adjoint;

public sealed partial class Tensor
{
    /// <summary>The same values as something that derivatives can be taken by. If this tensor is tracked, derivatives flow on into it as well.</summary>
    /// <exception cref="DTypeException">The dtype has no derivatives.</exception>
    public Tensor Variable()
    {
        if (!DType.IsFloat()) throw new DTypeException($"Variable: {DType.Name()} values have no derivative. Convert with To(DType.F32).");
        Tensor alias = Alias(Layout);
        if (IsTracked && Tape.IsRecording) Tape.Record(new Identity(), [this], [alias]);
        else Tape.Start(alias);
        return alias;
    }

    /// <summary>The same values, through which no derivative flows (stop-gradient).</summary>
    public Tensor Detach() => IsTracked ? Alias(Layout) : this;
}
