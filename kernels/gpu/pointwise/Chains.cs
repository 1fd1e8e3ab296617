namespace Adjoint.Kernels.Gpu;

/// <summary>second(first(x)). Operators made of operators compile to one kernel whose intermediate numbers stay in registers; their settings are its arguments.</summary>
public readonly struct Then<TFirst, TSecond>(TFirst first, TSecond second) : IUnaryOperator
    where TFirst : unmanaged, IUnaryOperator
    where TSecond : unmanaged, IUnaryOperator
{
    readonly TFirst first = first;
    readonly TSecond second = second;

    public V Apply<V>(V x) where V : struct, ILane<V> => second.Apply(first.Apply(x));
}

/// <summary>second(first(x, y))</summary>
public readonly struct PairThen<TFirst, TSecond>(TFirst first, TSecond second) : IBinaryOperator
    where TFirst : unmanaged, IBinaryOperator
    where TSecond : unmanaged, IUnaryOperator
{
    readonly TFirst first = first;
    readonly TSecond second = second;

    public V Apply<V>(V x, V y) where V : struct, ILane<V> => second.Apply(first.Apply(x, y));
}

/// <summary>second(first(x), y)</summary>
public readonly struct FirstThen<TFirst, TSecond>(TFirst first, TSecond second) : IBinaryOperator
    where TFirst : unmanaged, IUnaryOperator
    where TSecond : unmanaged, IBinaryOperator
{
    readonly TFirst first = first;
    readonly TSecond second = second;

    public V Apply<V>(V x, V y) where V : struct, ILane<V> => second.Apply(first.Apply(x), y);
}

/// <summary>second(first(x, y), z)</summary>
public readonly struct PairWith<TFirst, TSecond>(TFirst first, TSecond second) : ITernaryOperator
    where TFirst : unmanaged, IBinaryOperator
    where TSecond : unmanaged, IBinaryOperator
{
    readonly TFirst first = first;
    readonly TSecond second = second;

    public V Apply<V>(V x, V y, V z) where V : struct, ILane<V> => second.Apply(first.Apply(x, y), z);
}
