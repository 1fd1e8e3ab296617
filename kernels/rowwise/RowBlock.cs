using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>
/// Passes over a few dense rows one after another, each pass a method of its own. Rows leave a register of partial results each, which a <see cref="RowTree"/> folds together, so
/// that no row waits for the fold, division or logarithm of another. The bits of a row do not depend on the rows beside it.
/// </summary>
static unsafe class RowBlock
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    const int Bytes = 16384;

    /// <summary>The most blocks that pass through a kernel together.</summary>
    public const int Blocks = 4;

    /// <summary>Rows of a block, at most V.Count: as many as stay in the first-level cache from pass to pass.</summary>
    [MethodImpl(Inline)]
    public static int Rows<V, T>(int columns)
        where V : struct, ILane<V>
        where T : unmanaged =>
        Math.Clamp(Bytes / sizeof(T) / Math.Max(1, columns), 1, V.Count);

    /// <summary>Rows of a few blocks if all stay in the cache together, at most <see cref="Blocks"/>·V.Count: the fold of each block ends while the next is read.</summary>
    [MethodImpl(Inline)]
    public static int RowsTogether<V, T>(int columns)
        where V : struct, ILane<V>
        where T : unmanaged =>
        Rows<V, T>(columns) < V.Count ? Rows<V, T>(columns) : Math.Min(Bytes / sizeof(T) / Math.Max(1, columns) / V.Count, Blocks) * V.Count;

    /// <summary>The largest number of each row; NaN is passed over, since it comes back with the exponentials. Whether none is infinite; V.Count results are written.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool Largest<V, T>(T* x, int rows, int columns, T* results)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        T* partial = stackalloc T[V.Count * V.Count];
        for (int row = 0; row < V.Count; row++, x += columns)
        {
            V a = V.Lowest, b = a, c = a, d = a;
            if (row >= rows)
            {
                V.Store(V.From(0), ref partial[row * V.Count]);
                continue;
            }

            nint i = 0, last = columns - V.Count;
            for (; i <= last - (3 * V.Count); i += 4 * V.Count)
            {
                a = V.Greater(V.Load(ref x[i]), a);
                b = V.Greater(V.Load(ref x[i + V.Count]), b);
                c = V.Greater(V.Load(ref x[i + (2 * V.Count)]), c);
                d = V.Greater(V.Load(ref x[i + (3 * V.Count)]), d);
            }

            for (; i <= last; i += V.Count) a = V.Greater(V.Load(ref x[i]), a);
            int rest = columns - (int)i;
            if (rest > 0) b = V.Greater(V.LoadPart(ref x[i], rest, V.Lowest), b);
            V.Store(V.Greater(V.Greater(d, c), V.Greater(b, a)), ref partial[row * V.Count]);
        }

        V largest = RowTree.Fold<LargerFold, V, T>(default, partial);
        V.Store(largest, ref *results);
        return V.AllWithin(largest, V.IsDouble ? double.MaxValue : float.MaxValue);
    }

    /// <summary>Σ x of each row; lanes without a row are one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Sums<V, T>(T* x, int rows, int columns)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        T* partial = stackalloc T[V.Count * V.Count];
        for (int row = 0; row < rows; row++, x += columns) V.Store(RowFolds.PartialSums<V, T>(x, columns), ref partial[row * V.Count]);
        FillRest<V, T>(partial, rows);
        return RowTree.Fold<SumFold, V, T>(default, partial);
    }

    /// <summary>Σ (x - mean)² of each row; lanes without a row are one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V SquaredDeviations<V, T>(T* x, int rows, int columns, T* means)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        T* partial = stackalloc T[V.Count * V.Count];
        for (int row = 0; row < rows; row++, x += columns) V.Store(RowFolds.PartialSquares(x, columns, V.Repeat(means[row])), ref partial[row * V.Count]);
        FillRest<V, T>(partial, rows);
        return RowTree.Fold<SumFold, V, T>(default, partial);
    }

    /// <summary>Σ e^(x - shift) of each row; lanes without a row are one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V SumsOfExp<V, T>(T* x, int rows, int columns, T* shifts)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        T* partial = stackalloc T[V.Count * V.Count], table = stackalloc T[NonPositiveExp<V, T>.TableLength];
        var exp = new NonPositiveExp<V, T>(table);
        for (int row = 0; row < rows; row++, x += columns)
        {
            V shift = V.Repeat(shifts[row]), sum = V.From(0);
            nint i = 0, last = columns - V.Count;
            for (; i <= last; i += V.Count) sum += exp.Apply(V.Load(ref x[i]) - shift);
            int rest = columns - (int)i;
            if (rest > 0) sum += exp.Apply(V.LoadPart(ref x[i], rest, V.Lowest) - shift);
            V.Store(sum, ref partial[row * V.Count]);
        }

        FillRest<V, T>(partial, rows);
        return RowTree.Fold<SumFold, V, T>(default, partial);
    }

    /// <summary>
    /// The same, with the exponentials in y; those that fill no register go to <paramref name="rests"/>, one register a row, since a register that was just written in part is slow to read.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Exp<V, T>(T* x, T* y, int rows, int columns, T* shifts, T* rests)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        T* partial = stackalloc T[V.Count * V.Count], table = stackalloc T[NonPositiveExp<V, T>.TableLength];
        var exp = new NonPositiveExp<V, T>(table);
        for (int row = 0; row < rows; row++, x += columns, y += columns)
        {
            V shift = V.Repeat(shifts[row]), sum = V.From(0);
            nint i = 0, last = columns - V.Count;
            for (; i <= last; i += V.Count)
            {
                V power = exp.Apply(V.Load(ref x[i]) - shift);
                V.Store(power, ref y[i]);
                sum += power;
            }

            int rest = columns - (int)i;
            if (rest > 0)
            {
                V power = exp.Apply(V.LoadPart(ref x[i], rest, V.Lowest) - shift);
                V.Store(power, ref rests[row * V.Count]);
                sum += power;
            }

            V.Store(sum, ref partial[row * V.Count]);
        }

        FillRest<V, T>(partial, rows);
        return RowTree.Fold<SumFold, V, T>(default, partial);
    }

    /// <summary>y = factor·y with one factor a row, where <see cref="Exp"/> left it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Scale<V, T>(T* y, int rows, int columns, T* factors, T* rests)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        for (int row = 0; row < rows; row++, y += columns)
        {
            V factor = V.Repeat(factors[row]);
            nint i = 0, last = columns - V.Count;
            for (; i <= last; i += V.Count) V.Store(V.Load(ref y[i]) * factor, ref y[i]);
            int rest = columns - (int)i;
            if (rest > 0) V.StorePart(V.Load(ref rests[row * V.Count]) * factor, ref y[i], rest);
        }
    }

    /// <summary>One in every lane of the registers behind those of the rows.</summary>
    [MethodImpl(Inline)]
    public static void FillRest<V, T>(T* partial, int rows)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        for (int row = rows; row < V.Count; row++) V.Store(V.From(1), ref partial[row * V.Count]);
    }

    readonly struct LargerFold : IReduction
    {
        public V Start<V>() where V : struct, ILane<V> => V.Lowest;

        public V Fold<V>(V sum, V x) where V : struct, ILane<V> => V.Greater(x, sum);
    }
}
