using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>
/// Two lanes that go through a formula side by side: its steps depend on one another, and those of the second lane fill the time that those of the first wait. The bits are those of
/// each lane alone, but that both take a slow path where one needs it, which changes none. Only for formulas of some twenty members: of longer ones the compiler inlines a part only.
/// </summary>
public readonly struct Pair<V>(V first, V second) : ILane<Pair<V>> where V : struct, ILane<V>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The first lane.</summary>
    internal readonly V First = first;

    /// <summary>The second lane.</summary>
    internal readonly V Second = second;

    public static int Count { [MethodImpl(Inline)] get => 2 * V.Count; }

    public static bool IsDouble { [MethodImpl(Inline)] get => V.IsDouble; }

    [MethodImpl(Inline)]
    public static Pair<V> From(double value)
    {
        V x = V.From(value);
        return new(x, x);
    }

    public static Pair<V> Lowest
    {
        [MethodImpl(Inline)]
        get
        {
            V x = V.Lowest;
            return new(x, x);
        }
    }

    public static Pair<V> Highest
    {
        [MethodImpl(Inline)]
        get
        {
            V x = V.Highest;
            return new(x, x);
        }
    }

    [MethodImpl(Inline)]
    public static Pair<V> operator +(Pair<V> left, Pair<V> right) => new(left.First + right.First, left.Second + right.Second);

    [MethodImpl(Inline)]
    public static Pair<V> operator -(Pair<V> left, Pair<V> right) => new(left.First - right.First, left.Second - right.Second);

    [MethodImpl(Inline)]
    public static Pair<V> operator *(Pair<V> left, Pair<V> right) => new(left.First * right.First, left.Second * right.Second);

    [MethodImpl(Inline)]
    public static Pair<V> operator /(Pair<V> left, Pair<V> right) => new(left.First / right.First, left.Second / right.Second);

    [MethodImpl(Inline)]
    public static Pair<V> operator -(Pair<V> x) => new(-x.First, -x.Second);

    [MethodImpl(Inline)]
    public static Pair<V> Abs(Pair<V> x) => new(V.Abs(x.First), V.Abs(x.Second));

    [MethodImpl(Inline)]
    public static Pair<V> Min(Pair<V> a, Pair<V> b) => new(V.Min(a.First, b.First), V.Min(a.Second, b.Second));

    [MethodImpl(Inline)]
    public static Pair<V> Max(Pair<V> a, Pair<V> b) => new(V.Max(a.First, b.First), V.Max(a.Second, b.Second));

    [MethodImpl(Inline)]
    public static Pair<V> Lesser(Pair<V> a, Pair<V> b) => new(V.Lesser(a.First, b.First), V.Lesser(a.Second, b.Second));

    [MethodImpl(Inline)]
    public static Pair<V> Greater(Pair<V> a, Pair<V> b) => new(V.Greater(a.First, b.First), V.Greater(a.Second, b.Second));

    [MethodImpl(Inline)]
    public static Pair<V> IfLess(Pair<V> a, Pair<V> b, Pair<V> then, Pair<V> otherwise) =>
        new(V.IfLess(a.First, b.First, then.First, otherwise.First), V.IfLess(a.Second, b.Second, then.Second, otherwise.Second));

    [MethodImpl(Inline)]
    public static Pair<V> IfLessOrEqual(Pair<V> a, Pair<V> b, Pair<V> then, Pair<V> otherwise) =>
        new(V.IfLessOrEqual(a.First, b.First, then.First, otherwise.First), V.IfLessOrEqual(a.Second, b.Second, then.Second, otherwise.Second));

    [MethodImpl(Inline)]
    public static Pair<V> IfEqual(Pair<V> a, Pair<V> b, Pair<V> then, Pair<V> otherwise) =>
        new(V.IfEqual(a.First, b.First, then.First, otherwise.First), V.IfEqual(a.Second, b.Second, then.Second, otherwise.Second));

    [MethodImpl(Inline)]
    public static Pair<V> Sqrt(Pair<V> x) => new(V.Sqrt(x.First), V.Sqrt(x.Second));

    [MethodImpl(Inline)]
    public static Pair<V> MultiplyAdd(Pair<V> a, Pair<V> b, Pair<V> c) => new(V.MultiplyAdd(a.First, b.First, c.First), V.MultiplyAdd(a.Second, b.Second, c.Second));

    [MethodImpl(Inline)]
    public static Pair<V> Floor(Pair<V> x) => new(V.Floor(x.First), V.Floor(x.Second));

    [MethodImpl(Inline)]
    public static Pair<V> Round(Pair<V> x) => new(V.Round(x.First), V.Round(x.Second));

    [MethodImpl(Inline)]
    public static Pair<V> CopySign(Pair<V> magnitude, Pair<V> sign) => new(V.CopySign(magnitude.First, sign.First), V.CopySign(magnitude.Second, sign.Second));

    [MethodImpl(Inline)]
    public static Pair<V> PowerOfTwo(Pair<V> k) => new(V.PowerOfTwo(k.First), V.PowerOfTwo(k.Second));

    public static bool HasScale { [MethodImpl(Inline)] get => V.HasScale; }

    [MethodImpl(Inline)]
    public static Pair<V> Scale(Pair<V> x, Pair<V> k) => new(V.Scale(x.First, k.First), V.Scale(x.Second, k.Second));

    [MethodImpl(Inline)]
    public static Pair<V> AddExponent(Pair<V> x, Pair<V> shifted) => new(V.AddExponent(x.First, shifted.First), V.AddExponent(x.Second, shifted.Second));

    [MethodImpl(Inline)]
    public static Pair<V> Split(Pair<V> x, out Pair<V> exponent)
    {
        V first = V.Split(x.First, out V firstExponent), second = V.Split(x.Second, out V secondExponent);
        exponent = new(firstExponent, secondExponent);
        return new(first, second);
    }

    [MethodImpl(Inline)]
    public static bool AllWithin(Pair<V> x, double bound) => V.AllWithin(x.First, bound) & V.AllWithin(x.Second, bound);

    [MethodImpl(Inline)]
    public static bool AnyNotNormal(Pair<V> x) => V.AnyNotNormal(x.First) | V.AnyNotNormal(x.Second);

    [MethodImpl(Inline)]
    public static bool AnyGreater(Pair<V> x, double bound) => V.AnyGreater(x.First, bound) | V.AnyGreater(x.Second, bound);

    public static Pair<V> Map<TFunction>(Pair<V> x) where TFunction : struct, IScalarFunction => new(V.Map<TFunction>(x.First), V.Map<TFunction>(x.Second));

    public static Pair<V> Map<TFunction>(Pair<V> x, Pair<V> y) where TFunction : struct, IScalarBinaryFunction =>
        new(V.Map<TFunction>(x.First, y.First), V.Map<TFunction>(x.Second, y.Second));
}
