using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>Folds of dense rows. Those of one row have the result in every lane; four partial results hide the latency of an addition on long rows.</summary>
static unsafe class RowFolds
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>Σ x</summary>
    [MethodImpl(Inline)]
    public static V Sum<V, T>(T* x, int columns)
        where V : struct, IRegister<V, T>
        where T : unmanaged =>
        V.Spread(default(SumFold), PartialSums<V, T>(x, columns));

    /// <summary>Σ x, in the lanes of a register that are to be folded.</summary>
    [MethodImpl(Inline)]
    public static V PartialSums<V, T>(T* x, int columns)
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
        return (a + b) + (c + d);
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
        where T : unmanaged =>
        V.Spread(default(SumFold), PartialSquares(x, columns, mean));

    /// <summary>Σ (x - mean)², in the lanes of a register that are to be folded.</summary>
    [MethodImpl(Inline)]
    public static V PartialSquares<V, T>(T* x, int columns, V mean)
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
        return (a + b) + (c + d);
    }

    [MethodImpl(Inline)]
    static V AddSquare<V>(V x, V sum) where V : struct, ILane<V> => V.MultiplyAdd(x, x, sum);

    /// <summary>Σ e^x of a row whose largest number is infinite, so that ∞ - ∞ does not arise.</summary>
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
    /// For up to <see cref="RowBlock.Blocks"/>·V.Count rows one after another the shift, which is the largest number or zero where that is infinite, and log Σ e^(x - shift). Both
    /// results have room for V.Count numbers more.
    /// </summary>
    public static void LogarithmsOfSums<V, T>(T* x, int rows, int columns, T* shifts, T* logarithms)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        if (columns <= NarrowRows.Most)
        {
            NarrowLogarithms<V, T>(x, rows, columns, shifts, logarithms);
            return;
        }

        int block = RowBlock.Rows<V, T>(columns), together = RowBlock.RowsTogether<V, T>(columns);
        for (int first = 0; first < rows; first += together)
        {
            int end = Math.Min(rows, first + together);
            bool isNear = true;
            for (int row = first; row < end; row += block) isNear &= RowBlock.Largest<V, T>(x + ((long)row * columns), Math.Min(block, end - row), columns, shifts + row);
            for (int row = first; row < end; row += block)
                V.Store(RowBlock.SumsOfExp<V, T>(x + ((long)row * columns), Math.Min(block, end - row), columns, shifts + row), ref logarithms[row]);
            if (!isNear) FarSums<V, T>(x + ((long)first * columns), end - first, columns, shifts + first, logarithms + first);
        }

        for (int row = 0; row < rows; row += V.Count) V.Store(Elementary.Log(V.Load(ref logarithms[row])), ref logarithms[row]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void NarrowLogarithms<V, T>(T* x, int rows, int columns, T* shifts, T* logarithms)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        T* tile = stackalloc T[NarrowRows.Most * V.Count];
        for (int row = 0; row < rows; row += V.Count)
        {
            NarrowRows.TurnIn<V, T>(x + ((long)row * columns), Math.Min(V.Count, rows - row), columns, tile);
            V.Store(NarrowRows.LogarithmsOfSums<V, T>(tile, columns, out V shift), ref logarithms[row]);
            V.Store(shift, ref shifts[row]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void FarSums<V, T>(T* x, int rows, int columns, T* shifts, T* sums)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        for (int row = 0; row < rows; row++)
        {
            if (V.AllWithin(V.Repeat(shifts[row]), V.IsDouble ? double.MaxValue : float.MaxValue)) continue;
            shifts[row] = V.First(V.From(0));
            sums[row] = V.First(SumOfFarExp<V, T>(x + ((long)row * columns), columns));
        }
    }

    /// <summary>y = numerator·e^x / Σ e^x, without overflow, for <see cref="RowBlock.Rows"/> rows or fewer; without numerators they are one.</summary>
    public static void Softmax<V, T>(T* x, T* y, int rows, int columns, T* numerators)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        T* numbers = stackalloc T[V.Count], rests = stackalloc T[V.Count * V.Count];
        V numerator = V.From(1);
        if (numerators != null) numerator = rows == V.Count ? V.Load(ref *numerators) : V.LoadPart(ref *numerators, rows, numerator);
        if (RowBlock.Largest<V, T>(x, rows, columns, numbers))
        {
            V.Store(numerator / RowBlock.Exp<V, T>(x, y, rows, columns, numbers, rests), ref *numbers);
            RowBlock.Scale<V, T>(y, rows, columns, numbers, rests);
            return;
        }

        if (rows == 1) FarSoftmax<V, T>(x, y, columns, V.First(numerator));
        else SoftmaxOneByOne<V, T>(x, y, rows, columns, numerators);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void SoftmaxOneByOne<V, T>(T* x, T* y, int rows, int columns, T* numerators)
        where V : struct, IRegister<V, T>
        where T : unmanaged
    {
        for (int row = 0; row < rows; row++, x += columns, y += columns) Softmax<V, T>(x, y, 1, columns, numerators == null ? null : numerators + row);
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
}
