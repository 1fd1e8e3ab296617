namespace Adjoint.Kernels.Gpu;

/// <summary>A pointwise function of three numbers.</summary>
public interface ITernaryOperator
{
    /// <summary>The function, written once for every lane.</summary>
    V Apply<V>(V x, V y, V z) where V : struct, ILane<V>;
}

/// <summary>x·y + z with one rounding.</summary>
public readonly struct MultiplyAdd : ITernaryOperator
{
    public V Apply<V>(V x, V y, V z) where V : struct, ILane<V> => V.MultiplyAdd(x, y, z);
}
