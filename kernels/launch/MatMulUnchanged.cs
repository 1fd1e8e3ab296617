namespace Adjoint.Kernels;

/// <summary>x as it is: the finish of a product that has none.</summary>
public readonly struct Unchanged : IUnaryOperator
{
    /// <inheritdoc/>
    public V Apply<V>(V x) where V : struct, ILane<V> => x;
}
