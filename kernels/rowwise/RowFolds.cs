using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>Folds of one dense row, with the result in every lane. Four partial results hide the latency of an addition on long rows.</summary>
static unsafe class RowFolds
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The largest number of a row; NaN is passed over, since it comes back with the exponentials.</summary>
    [MethodImpl(Inline)]
    public static V Largest<V, T>(T* x, int columns)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        V a = V.Lowest, b = a;
        nint i = 0, last = columns - V.Count;
        for (; i <= last - V.Count; i += 2 * V.Count)
        {
            a = Larger(a, V.Load(ref x[i]));
            b = Larger(b, V.Load(ref x[i + V.Count]));
        }

        if (i <= last)
        {
            a = Larger(a, V.Load(ref x[i]));
            i += V.Count;
        }

        int rest = columns - (int)i;
        if (rest > 0) b = Larger(b, V.LoadPart(ref x[i], rest, V.Lowest));
        return V.Spread(default(LargerFold), Larger(a, b));
    }

    /// <summary>Whether the largest number of a row is infinite. The exponentials are then those of the numbers themselves, so that ∞ - ∞ does not arise.</summary>
    [MethodImpl(Inline)]
    public static bool IsFar<V>(V largest) where V : struct, ILane<V> => !V.AllWithin(largest, V.IsDouble ? double.MaxValue : float.MaxValue);

    /// <summary>Σ x</summary>
    [MethodImpl(Inline)]
    public static V Sum<V, T>(T* x, int columns)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        V zero = V.From(0), a = zero, b = zero, c = zero, d = zero;
        nint i = 0, last = columns - V.Count;
        for (; i <= last - (3 * V.Count); i += 4 * V.Count)
        {
            a += V.Load(ref x[i]);
            b += V.Load(ref x[i + V.Count]);
            c += V.Load(ref x[i + (2 * V.Count)]);
            d += V.Load(ref x[i + (3 * V.Count)]);
        }

        for (; i <= last; i += V.Count) a += V.Load(ref x[i]);
        int rest = columns - (int)i;
        if (rest > 0) b += V.LoadPart(ref x[i], rest, zero);
        return V.Spread(default(SumFold), (a + b) + (c + d));
    }

    /// <summary>Σ x·y</summary>
    [MethodImpl(Inline)]
    public static V Dot<V, T>(T* x, T* y, int columns)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        V zero = V.From(0), a = zero, b = zero, c = zero, d = zero;
        nint i = 0, last = columns - V.Count;
        for (; i <= last - (3 * V.Count); i += 4 * V.Count)
        {
            a = V.MultiplyAdd(V.Load(ref x[i]), V.Load(ref y[i]), a);
            b = V.MultiplyAdd(V.Load(ref x[i + V.Count]), V.Load(ref y[i + V.Count]), b);
            c = V.MultiplyAdd(V.Load(ref x[i + (2 * V.Count)]), V.Load(ref y[i + (2 * V.Count)]), c);
            d = V.MultiplyAdd(V.Load(ref x[i + (3 * V.Count)]), V.Load(ref y[i + (3 * V.Count)]), d);
        }

        for (; i <= last; i += V.Count) a = V.MultiplyAdd(V.Load(ref x[i]), V.Load(ref y[i]), a);
        int rest = columns - (int)i;
        if (rest > 0) b = V.MultiplyAdd(V.LoadPart(ref x[i], rest, zero), V.LoadPart(ref y[i], rest, zero), b);
        return V.Spread(default(SumFold), (a + b) + (c + d));
    }

    /// <summary>Σ (x - mean)²</summary>
    [MethodImpl(Inline)]
    public static V SquaredDeviations<V, T>(T* x, int columns, V mean)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        V zero = V.From(0), a = zero, b = zero, c = zero, d = zero;
        nint i = 0, last = columns - V.Count;
        for (; i <= last - (3 * V.Count); i += 4 * V.Count)
        {
            a = AddSquare(V.Load(ref x[i]) - mean, a);
            b = AddSquare(V.Load(ref x[i + V.Count]) - mean, b);
            c = AddSquare(V.Load(ref x[i + (2 * V.Count)]) - mean, c);
            d = AddSquare(V.Load(ref x[i + (3 * V.Count)]) - mean, d);
        }

        for (; i <= last; i += V.Count) a = AddSquare(V.Load(ref x[i]) - mean, a);
        int rest = columns - (int)i;
        if (rest > 0) b = AddSquare(V.LoadPart(ref x[i], rest, mean) - mean, b);
        return V.Spread(default(SumFold), (a + b) + (c + d));
    }

    [MethodImpl(Inline)]
    static V AddSquare<V>(V x, V sum) where V : struct, ILane<V> => V.MultiplyAdd(x, x, sum);

    /// <summary>Σ e^(x - shift), where the shift is the largest number, or zero where that is infinite.</summary>
    [MethodImpl(Inline)]
    public static V SumOfExp<V, T>(T* x, int columns, out V shift)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        shift = Largest<V, T>(x, columns);
        if (IsFar(shift))
        {
            shift = V.From(0);
            return SumOfFarExp<V, T>(x, columns);
        }

        V sum = V.From(0);
        nint i = 0, last = columns - V.Count;
        for (; i <= last; i += V.Count) sum += Elementary.ExpOfNonPositive(V.Load(ref x[i]) - shift);
        int rest = columns - (int)i;
        if (rest > 0) sum += Elementary.ExpOfNonPositive(V.LoadPart(ref x[i], rest, V.Lowest) - shift);
        return V.Spread(default(SumFold), sum);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static V SumOfFarExp<V, T>(T* x, int columns)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        V sum = V.From(0);
        for (int i = 0; i < columns; i += V.Count)
        {
            int rest = Math.Min(V.Count, columns - i);
            sum += Elementary.Exp(rest == V.Count ? V.Load(ref x[i]) : V.LoadPart(ref x[i], rest, V.Lowest));
        }

        return V.Spread(default(SumFold), sum);
    }

    /// <summary>
    /// Shift and logarithm of <see cref="SumOfExp"/> for up to V.Count rows one after another: their logarithms are one register's.
    /// </summary>
    [MethodImpl(Inline)]
    public static void LogarithmsOfSums<V, T>(T* x, int rows, int columns, T* shifts, T* logarithms)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        V.Store(V.From(1), ref *logarithms);
        for (int row = 0; row < rows; row++)
        {
            V sum = SumOfExp(x + ((long)row * columns), columns, out V shift);
            shifts[row] = V.First(shift);
            logarithms[row] = V.First(sum);
        }

        V.Store(Elementary.Log(V.Load(ref *logarithms)), ref *logarithms);
    }

    /// <summary>How many rows go through <see cref="LogarithmsOfSums"/> together: short ones a register full, long ones alone, while they are in the cache.</summary>
    [MethodImpl(Inline)]
    public static int Together<V>(int columns) where V : struct, ILane<V> => columns <= 256 ? V.Count : 1;

    /// <summary>y = numerator·e^x / Σ e^x, without overflow.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Softmax<V, T>(T* x, T* y, int columns, T numerator)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        V a = V.Lowest, b = a;
        nint i = 0, last = columns - V.Count;
        for (; i <= last - V.Count; i += 2 * V.Count)
        {
            a = Larger(a, V.Load(ref x[i]));
            b = Larger(b, V.Load(ref x[i + V.Count]));
        }

        if (i <= last)
        {
            a = Larger(a, V.Load(ref x[i]));
            i += V.Count;
        }

        int rest = columns - (int)i;
        V tail = V.Lowest;
        if (rest > 0) tail = V.LoadPart(ref x[i], rest, tail);
        V shift = V.Spread(default(LargerFold), Larger(Larger(a, b), tail));
        if (IsFar(shift))
        {
            FarSoftmax<V, T>(x, y, columns, numerator);
            return;
        }

        V sum = V.From(0);
        for (i = 0; i <= last; i += V.Count)
        {
            V power = Elementary.ExpOfNonPositive(V.Load(ref x[i]) - shift);
            V.Store(power, ref y[i]);
            sum += power;
        }

        if (rest > 0)
        {
            tail = Elementary.ExpOfNonPositive(tail - shift);
            sum += tail;
        }

        V scale = V.Repeat(numerator) / V.Spread(default(SumFold), sum);
        for (i = 0; i <= last; i += V.Count) V.Store(V.Load(ref y[i]) * scale, ref y[i]);
        if (rest > 0) V.StorePart(tail * scale, ref y[i], rest);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void FarSoftmax<V, T>(T* x, T* y, int columns, T numerator)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        V scale = V.Repeat(numerator) / SumOfFarExp<V, T>(x, columns);
        for (int i = 0; i < columns; i += V.Count)
        {
            int rest = columns - i;
            if (rest < V.Count) V.StorePart(Elementary.Exp(V.LoadPart(ref x[i], rest, scale)) * scale, ref y[i], rest);
            else V.Store(Elementary.Exp(V.Load(ref x[i])) * scale, ref y[i]);
        }
    }

    [MethodImpl(Inline)]
    static V Larger<V>(V a, V b) where V : struct, ILane<V> => V.IfLess(a, b, b, a);

    readonly struct LargerFold : IReduction
    {
        public V Start<V>() where V : struct, ILane<V> => V.Lowest;

        public V Fold<V>(V sum, V x) where V : struct, ILane<V> => Larger(sum, x);
    }
}
