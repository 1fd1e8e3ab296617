namespace Adjoint.Kernels.Gpu;

/// <summary>Sixteen bytes of lanes, which a thread loads and stores in one instruction.</summary>
/// <typeparam name="TPack">The implementing structure.</typeparam>
/// <typeparam name="V">Lane of one number.</typeparam>
public interface IPack<TPack, V>
    where TPack : unmanaged, IPack<TPack, V>
    where V : unmanaged, ILane<V>
{
    /// <summary>How many lanes it holds.</summary>
    static abstract int Count { get; }

    /// <summary>A lane by its place, a constant to the compiler.</summary>
    V this[int place] { get; set; }

    /// <summary>op of every lane.</summary>
    static abstract TPack Map<TOp>(TOp op, TPack x) where TOp : struct, IUnaryOperator;

    /// <summary>op of every pair of lanes.</summary>
    static abstract TPack Map<TOp>(TOp op, TPack x, TPack y) where TOp : struct, IBinaryOperator;

    /// <summary>op of every triple of lanes.</summary>
    static abstract TPack Map<TOp>(TOp op, TPack x, TPack y, TPack z) where TOp : struct, ITernaryOperator;
}

/// <summary>Four lanes of four bytes.</summary>
public struct Pack4<V> : IPack<Pack4<V>, V> where V : unmanaged, ILane<V>
{
    V a, b, c, d;

    public static int Count => 4;

    public V this[int place]
    {
        readonly get => place switch { 0 => a, 1 => b, 2 => c, _ => d };
        set
        {
            if (place == 0) a = value;
            else if (place == 1) b = value;
            else if (place == 2) c = value;
            else d = value;
        }
    }

    public static Pack4<V> Map<TOp>(TOp op, Pack4<V> x) where TOp : struct, IUnaryOperator =>
        new() { a = op.Apply(x.a), b = op.Apply(x.b), c = op.Apply(x.c), d = op.Apply(x.d) };

    public static Pack4<V> Map<TOp>(TOp op, Pack4<V> x, Pack4<V> y) where TOp : struct, IBinaryOperator =>
        new() { a = op.Apply(x.a, y.a), b = op.Apply(x.b, y.b), c = op.Apply(x.c, y.c), d = op.Apply(x.d, y.d) };

    public static Pack4<V> Map<TOp>(TOp op, Pack4<V> x, Pack4<V> y, Pack4<V> z) where TOp : struct, ITernaryOperator =>
        new() { a = op.Apply(x.a, y.a, z.a), b = op.Apply(x.b, y.b, z.b), c = op.Apply(x.c, y.c, z.c), d = op.Apply(x.d, y.d, z.d) };
}

/// <summary>Two lanes of eight bytes.</summary>
public struct Pack2<V> : IPack<Pack2<V>, V> where V : unmanaged, ILane<V>
{
    V a, b;

    public static int Count => 2;

    public V this[int place]
    {
        readonly get => place == 0 ? a : b;
        set
        {
            if (place == 0) a = value;
            else b = value;
        }
    }

    public static Pack2<V> Map<TOp>(TOp op, Pack2<V> x) where TOp : struct, IUnaryOperator =>
        new() { a = op.Apply(x.a), b = op.Apply(x.b) };

    public static Pack2<V> Map<TOp>(TOp op, Pack2<V> x, Pack2<V> y) where TOp : struct, IBinaryOperator =>
        new() { a = op.Apply(x.a, y.a), b = op.Apply(x.b, y.b) };

    public static Pack2<V> Map<TOp>(TOp op, Pack2<V> x, Pack2<V> y, Pack2<V> z) where TOp : struct, ITernaryOperator =>
        new() { a = op.Apply(x.a, y.a, z.a), b = op.Apply(x.b, y.b, z.b) };
}
