namespace Adjoint.Kernels;

/// <summary>Sum.</summary>
public readonly struct SumFold : IReduction
{
    public V Start<V>() where V : struct, ILane<V> => V.From(0);

    public V Fold<V>(V sum, V x) where V : struct, ILane<V> => sum + x;
}

/// <summary>Product.</summary>
public readonly struct ProductFold : IReduction
{
    public V Start<V>() where V : struct, ILane<V> => V.From(1);

    public V Fold<V>(V sum, V x) where V : struct, ILane<V> => sum * x;
}

/// <summary>Largest value; NaN if any is NaN.</summary>
public readonly struct MaxFold : IReduction
{
    public V Start<V>() where V : struct, ILane<V> => V.Lowest;

    public V Fold<V>(V sum, V x) where V : struct, ILane<V> => V.Max(sum, x);
}

/// <summary>Smallest value; NaN if any is NaN.</summary>
public readonly struct MinFold : IReduction
{
    public V Start<V>() where V : struct, ILane<V> => V.Highest;

    public V Fold<V>(V sum, V x) where V : struct, ILane<V> => V.Min(sum, x);
}
