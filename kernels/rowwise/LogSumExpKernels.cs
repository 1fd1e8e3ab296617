using System.Numerics;
using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>One number a row: max x + log Σ e^(x - max x); -∞ for a row of -∞.</summary>
public readonly unsafe struct LogSumExpKernel<T>(T* x, T* y, int columns) : IRowKernel<T> where T : unmanaged, INumber<T>
{
    public void Rows<V>(int start, int end) where V : struct, IRegister<V, T>
    {
        T* shifts = stackalloc T[(RowBlock.Blocks + 1) * V.Count], logarithms = stackalloc T[(RowBlock.Blocks + 1) * V.Count];
        for (int first = start; first < end; first += RowBlock.Blocks * V.Count)
        {
            int count = Math.Min(RowBlock.Blocks * V.Count, end - first);
            RowFolds.LogarithmsOfSums<V, T>(x + ((long)first * columns), count, columns, shifts, logarithms);
            for (int row = 0; row < count; row++) y[first + row] = shifts[row] + logarithms[row];
        }
    }
}

/// <summary>z = t·e^(x - y) for one t and one result y a row; all weights are 0 where y is -∞.</summary>
public readonly unsafe struct LogSumExpDerivativeKernel<T>(T* t, T* x, T* y, T* z, int columns) : IRowKernel<T> where T : unmanaged
{
    public void Rows<V>(int start, int end) where V : struct, IRegister<V, T>
    {
        for (int row = start; row < end; row++) Row<V>(row);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Row<V>(int row) where V : struct, IRegister<V, T>
    {
        T* source = x + ((long)row * columns), target = z + ((long)row * columns);
        V factor = V.Repeat(t[row]), result = V.Repeat(y[row]);
        V shift = V.IfEqual(result, V.From(double.NegativeInfinity), V.From(0), result);
        nint i = 0, last = columns - V.Count;
        for (; i <= last; i += V.Count) V.Store(factor * Elementary.ExpOfNonPositive(V.Load(ref source[i]) - shift), ref target[i]);
        int rest = columns - (int)i;
        if (rest > 0) V.StorePart(factor * Elementary.ExpOfNonPositive(V.LoadPart(ref source[i], rest, shift) - shift), ref target[i], rest);
    }
}

/// <summary>One number a row: y = log Σ e^x - x[target], in the order of <see cref="LogSoftmaxKernel{T}"/>.</summary>
public readonly unsafe struct CrossEntropyKernel<T>(T* x, long* targets, T* y, int columns) : IRowKernel<T> where T : unmanaged, INumber<T>
{
    public void Rows<V>(int start, int end) where V : struct, IRegister<V, T>
    {
        T* shifts = stackalloc T[(RowBlock.Blocks + 1) * V.Count], logarithms = stackalloc T[(RowBlock.Blocks + 1) * V.Count];
        for (int first = start; first < end; first += RowBlock.Blocks * V.Count)
        {
            int count = Math.Min(RowBlock.Blocks * V.Count, end - first);
            T* source = x + ((long)first * columns);
            RowFolds.LogarithmsOfSums<V, T>(source, count, columns, shifts, logarithms);
            for (int row = 0; row < count; row++, source += columns) y[first + row] = logarithms[row] - (source[targets[first + row]] - shifts[row]);
        }
    }
}

/// <summary>z = t·(softmax x - 1 at the target) for one t a row.</summary>
public readonly unsafe struct CrossEntropyDerivativeKernel<T>(T* x, long* targets, T* t, T* z, int columns) : IRowKernel<T>
    where T : unmanaged, INumber<T>
{
    public void Rows<V>(int start, int end) where V : struct, IRegister<V, T>
    {
        int block = RowBlock.Rows<V, T>(columns);
        for (int first = start; first < end; first += block)
        {
            int count = Math.Min(block, end - first);
            T* target = z + ((long)first * columns);
            RowFolds.Softmax<V, T>(x + ((long)first * columns), target, count, columns, t + first);
            for (int row = 0; row < count; row++, target += columns) target[targets[first + row]] -= t[first + row];
        }
    }
}
