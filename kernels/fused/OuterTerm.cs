namespace Adjoint.Kernels;

/// <summary>x·y as a matrix product over one inner element rounds it: a negative zero becomes zero when it is added to the empty sum.</summary>
public readonly struct OuterTerm : IBinaryOperator
{
    /// <inheritdoc/>
    public V Apply<V>(V x, V y) where V : struct, ILane<V> => V.MultiplyAdd(x, y, V.From(0));
}
