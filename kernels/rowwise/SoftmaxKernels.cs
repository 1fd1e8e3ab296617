using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>y = exp(x - max x) / Σ exp(x - max x)</summary>
public readonly unsafe struct SoftmaxKernel<T>(T* x, T* y, int columns) : IRowKernel<T> where T : unmanaged
{
    public void Rows<V>(int start, int end) where V : struct, IRegister<V, T>
    {
        int block = RowBlock.Rows<V, T>(columns);
        for (int row = start; row < end; row += block)
            RowFolds.Softmax<V, T>(x + ((long)row * columns), y + ((long)row * columns), Math.Min(block, end - row), columns, null);
    }
}

/// <summary>z = y·(t - Σ t·y): the Jacobian of softmax at the result y, which is symmetric, times t.</summary>
public readonly unsafe struct SoftmaxDerivativeKernel<T>(T* t, T* y, T* z, int columns) : IRowKernel<T> where T : unmanaged
{
    public void Rows<V>(int start, int end) where V : struct, IRegister<V, T>
    {
        for (int row = start; row < end; row++) Row<V>(row);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Row<V>(int row) where V : struct, IRegister<V, T>
    {
        long start = (long)row * columns;
        T* left = t + start, right = y + start, target = z + start;
        V sum = RowFolds.Dot<V, T>(left, right, columns);
        nint i = 0, last = columns - V.Count;
        for (; i <= last; i += V.Count) V.Store(V.Load(ref right[i]) * (V.Load(ref left[i]) - sum), ref target[i]);
        int rest = columns - (int)i;
        if (rest > 0) V.StorePart(V.LoadPart(ref right[i], rest, sum) * (V.LoadPart(ref left[i], rest, sum) - sum), ref target[i], rest);
    }
}

/// <summary>y = x - log Σ e^x, as (x - max x) - log Σ e^(x - max x): the sum of maximum and logarithm would round to the maximum's precision.</summary>
public readonly unsafe struct LogSoftmaxKernel<T>(T* x, T* y, int columns) : IRowKernel<T> where T : unmanaged
{
    public void Rows<V>(int start, int end) where V : struct, IRegister<V, T>
    {
        if (columns <= NarrowRows.Most) Narrow<V>(start, end);
        else Wide<V>(start, end);
    }

    void Narrow<V>(int start, int end) where V : struct, IRegister<V, T>
    {
        T* tile = stackalloc T[NarrowRows.Most * V.Count];
        for (int row = start; row < end; row += V.Count)
        {
            int rows = Math.Min(V.Count, end - row);
            NarrowRows.TurnIn<V, T>(x + ((long)row * columns), rows, columns, tile);
            V logarithms = NarrowRows.LogarithmsOfSums<V, T>(tile, columns, out V shift);
            for (int column = 0; column < columns; column++) V.Store(V.Load(ref tile[column * V.Count]) - shift - logarithms, ref tile[column * V.Count]);
            NarrowRows.TurnOut<V, T>(tile, y + ((long)row * columns), rows, columns);
        }
    }

    void Wide<V>(int start, int end) where V : struct, IRegister<V, T>
    {
        T* shifts = stackalloc T[(RowBlock.Blocks + 1) * V.Count], logarithms = stackalloc T[(RowBlock.Blocks + 1) * V.Count];
        int together = RowBlock.RowsTogether<V, T>(columns);
        for (int first = start; first < end; first += together)
        {
            T* source = x + ((long)first * columns), target = y + ((long)first * columns);
            int count = Math.Min(together, end - first);
            RowFolds.LogarithmsOfSums<V, T>(source, count, columns, shifts, logarithms);
            Subtract<V>(source, target, count, shifts, logarithms);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Subtract<V>(T* source, T* target, int rows, T* shifts, T* logarithms) where V : struct, IRegister<V, T>
    {
        for (int row = 0; row < rows; row++, source += columns, target += columns)
        {
            V shift = V.Repeat(shifts[row]), log = V.Repeat(logarithms[row]);
            nint i = 0, last = columns - V.Count;
            for (; i <= last; i += V.Count) V.Store(V.Load(ref source[i]) - shift - log, ref target[i]);
            int rest = columns - (int)i;
            if (rest > 0) V.StorePart(V.LoadPart(ref source[i], rest, shift) - shift - log, ref target[i], rest);
        }
    }
}

/// <summary>z = t - e^y·Σ t: the transposed Jacobian of log-softmax at the result y, times t.</summary>
public readonly unsafe struct LogSoftmaxDerivativeKernel<T>(T* t, T* y, T* z, int columns) : IRowKernel<T> where T : unmanaged
{
    public void Rows<V>(int start, int end) where V : struct, IRegister<V, T>
    {
        if (columns <= NarrowRows.Most) Narrow<V>(start, end);
        else
        {
            for (int row = start; row < end; row++) Row<V>(row);
        }
    }

    void Narrow<V>(int start, int end) where V : struct, IRegister<V, T>
    {
        T* left = stackalloc T[NarrowRows.Most * V.Count], right = stackalloc T[NarrowRows.Most * V.Count];
        for (int row = start; row < end; row += V.Count)
        {
            int rows = Math.Min(V.Count, end - row);
            NarrowRows.TurnIn<V, T>(t + ((long)row * columns), rows, columns, left);
            NarrowRows.TurnIn<V, T>(y + ((long)row * columns), rows, columns, right);
            NarrowRows.LogSoftmaxDerivatives<V, T>(left, right, columns);
            NarrowRows.TurnOut<V, T>(left, z + ((long)row * columns), rows, columns);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Row<V>(int row) where V : struct, IRegister<V, T>
    {
        long start = (long)row * columns;
        T* left = t + start, right = y + start, target = z + start;
        V sum = -RowFolds.Sum<V, T>(left, columns);
        nint i = 0, last = columns - V.Count;
        for (; i <= last; i += V.Count) V.Store(V.MultiplyAdd(Elementary.ExpOfNonPositive(V.Load(ref right[i])), sum, V.Load(ref left[i])), ref target[i]);
        int rest = columns - (int)i;
        if (rest > 0)
            V.StorePart(V.MultiplyAdd(Elementary.ExpOfNonPositive(V.LoadPart(ref right[i], rest, sum)), sum, V.LoadPart(ref left[i], rest, sum)), ref target[i], rest);
    }
}
