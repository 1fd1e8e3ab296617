using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>What a sum over a row adds at a place.</summary>
interface ITerm<V> where V : unmanaged, ILane<V>
{
    V AddTo(V sum, long place);
}

/// <summary>Sums and maxima of one dense row by a team; every member gets the same bits.</summary>
static class RowSums
{
    /// <summary>The sum of the terms of places start … start + columns - 1.</summary>
    public static V Sum<V, TTeam, TTerm>(TTerm term, long start, int columns)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
        where TTerm : struct, ITerm<V>
    {
        V a = V.From(0), b = a;
        int i = TTeam.Member;
        for (; i < columns - TTeam.Size; i += 2 * TTeam.Size)
        {
            a = term.AddTo(a, start + i);
            b = term.AddTo(b, start + i + TTeam.Size);
        }

        if (i < columns) a = term.AddTo(a, start + i);
        return TTeam.Fold(default(SumFold), a + b);
    }

    /// <summary>The largest number of a row; NaN is passed over, since it comes back with the exponentials.</summary>
    public static V Largest<V, TTeam>(ArrayView<V> x, long start, int columns)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
    {
        V largest = V.Lowest;
        for (int i = TTeam.Member; i < columns; i += TTeam.Size) largest = default(LargerFold).Fold(largest, x[start + i]);
        return TTeam.Fold(default(LargerFold), largest);
    }

    /// <summary>What is taken from a row before its exponentials.</summary>
    public static RowShift<V> Shift<V, TTeam>(ArrayView<V> x, long start, int columns)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
    {
        V largest = Largest<V, TTeam>(x, start, columns);
        bool isFar = !V.AllWithin(largest, V.IsDouble ? double.MaxValue : float.MaxValue);
        return new(isFar ? V.From(0) : largest, isFar);
    }

    readonly struct LargerFold : IReduction
    {
        public V Start<V>() where V : struct, ILane<V> => V.Lowest;

        public V Fold<V>(V sum, V x) where V : struct, ILane<V> => V.IfLess(sum, x, x, sum);
    }
}

/// <summary>The largest number of a row, or zero where that is infinite: the exponentials are then those of the numbers themselves, so that ∞ - ∞ does not arise.</summary>
readonly struct RowShift<V>(V value, bool isFar) where V : unmanaged, ILane<V>
{
    readonly bool isFar = isFar;

    public V Value { get; } = value;

    /// <summary>e^(x - shift)</summary>
    public V Power(V x) => isFar ? Elementary.Exp(x) : Elementary.ExpOfNonPositive(x - Value);
}

/// <summary>x</summary>
readonly struct NumberTerm<V>(ArrayView<V> x) : ITerm<V> where V : unmanaged, ILane<V>
{
    readonly ArrayView<V> x = x;

    public V AddTo(V sum, long place) => sum + x[place];
}

/// <summary>x·y</summary>
readonly struct ProductTerm<V>(ArrayView<V> x, ArrayView<V> y) : ITerm<V> where V : unmanaged, ILane<V>
{
    readonly ArrayView<V> x = x, y = y;

    public V AddTo(V sum, long place) => V.MultiplyAdd(x[place], y[place], sum);
}

/// <summary>e^(x - shift)</summary>
readonly struct PowerTerm<V>(ArrayView<V> x, RowShift<V> shift) : ITerm<V> where V : unmanaged, ILane<V>
{
    readonly ArrayView<V> x = x;
    readonly RowShift<V> shift = shift;

    public V AddTo(V sum, long place) => sum + shift.Power(x[place]);
}

/// <summary>(x - mean)²</summary>
readonly struct DeviationTerm<V>(ArrayView<V> x, V mean) : ITerm<V> where V : unmanaged, ILane<V>
{
    readonly ArrayView<V> x = x;
    readonly V mean = mean;

    public V AddTo(V sum, long place)
    {
        V deviation = x[place] - mean;
        return V.MultiplyAdd(deviation, deviation, sum);
    }
}

/// <summary>t·(x - mean)</summary>
readonly struct CovarianceTerm<V>(ArrayView<V> t, ArrayView<V> x, V mean) : ITerm<V> where V : unmanaged, ILane<V>
{
    readonly ArrayView<V> t = t, x = x;
    readonly V mean = mean;

    public V AddTo(V sum, long place) => V.MultiplyAdd(t[place], x[place] - mean, sum);
}
