using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>y = (x - mean) / √(variance + ε), the variance being that of the row, divided by its length.</summary>
public readonly unsafe struct StandardizeKernel<T>(T* x, T* y, int columns, double epsilon) : IRowKernel<T> where T : unmanaged
{
    readonly double inverse = 1.0 / columns;

    public void Rows<V>(int start, int end) where V : struct, IRegister<V, T>
    {
        T* means = stackalloc T[V.Count], scales = stackalloc T[V.Count];
        int block = RowBlock.Rows<V, T>(columns);
        for (int row = start; row < end; row += block)
        {
            int rows = Math.Min(block, end - row);
            T* source = x + ((long)row * columns);
            V.Store(RowBlock.Sums<V, T>(source, rows, columns) * V.From(inverse), ref *means);
            V variance = RowBlock.SquaredDeviations<V, T>(source, rows, columns, means) * V.From(inverse);
            V.Store(V.From(1) / V.Sqrt(variance + V.From(epsilon)), ref *scales);
            Standardize<V>(row, rows, means, scales);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Standardize<V>(int first, int rows, T* means, T* scales) where V : struct, IRegister<V, T>
    {
        T* source = x + ((long)first * columns), target = y + ((long)first * columns);
        for (int row = 0; row < rows; row++, source += columns, target += columns)
        {
            V mean = V.Repeat(means[row]), scale = V.Repeat(scales[row]);
            nint i = 0, last = columns - V.Count;
            for (; i <= last; i += V.Count) V.Store((V.Load(ref source[i]) - mean) * scale, ref target[i]);
            int rest = columns - (int)i;
            if (rest > 0) V.StorePart((V.LoadPart(ref source[i], rest, mean) - mean) * scale, ref target[i], rest);
        }
    }
}

/// <summary>z = (t - mean t - y·mean(t·y)) / √(variance + ε), y being x standardised: the Jacobian, which is symmetric, times t. Mean and variance are computed again from x.</summary>
public readonly unsafe struct StandardizeDerivativeKernel<T>(T* t, T* x, T* z, int columns, double epsilon) : IRowKernel<T> where T : unmanaged
{
    readonly double inverse = 1.0 / columns;

    public void Rows<V>(int start, int end) where V : struct, IRegister<V, T>
    {
        T* means = stackalloc T[V.Count], scales = stackalloc T[V.Count], shifts = stackalloc T[V.Count], slopes = stackalloc T[V.Count];
        T* squares = stackalloc T[V.Count * V.Count], sums = stackalloc T[V.Count * V.Count], products = stackalloc T[V.Count * V.Count];
        int block = RowBlock.Rows<V, T>(columns);
        for (int row = start; row < end; row += block)
        {
            int rows = Math.Min(block, end - row);
            V.Store(RowBlock.Sums<V, T>(x + ((long)row * columns), rows, columns) * V.From(inverse), ref *means);
            Moments<V>(row, rows, means, squares, sums, products);
            V variance = (RowTree.Fold<SumFold, V, T>(default, squares) * V.From(inverse)) + V.From(epsilon);
            V.Store(V.From(1) / V.Sqrt(variance), ref *scales);
            V.Store(RowTree.Fold<SumFold, V, T>(default, sums) * V.From(inverse), ref *shifts);
            V.Store(-(RowTree.Fold<SumFold, V, T>(default, products) * V.From(inverse) / variance), ref *slopes);
            Combine<V>(row, rows, means, scales, shifts, slopes);
        }
    }

    // A register of Σ(x - mean)², Σt and Σt·(x - mean) for each row.
    [MethodImpl(MethodImplOptions.NoInlining)]
    void Moments<V>(int first, int rows, T* means, T* squares, T* sums, T* products) where V : struct, IRegister<V, T>
    {
        T* left = t + ((long)first * columns), source = x + ((long)first * columns);
        for (int row = 0; row < rows; row++, left += columns, source += columns)
        {
            V mean = V.Repeat(means[row]), square = V.From(0), sum = square, product = square;
            nint i = 0, last = columns - V.Count;
            for (; i <= last; i += V.Count)
            {
                V factor = V.Load(ref left[i]), deviation = V.Load(ref source[i]) - mean;
                square = V.MultiplyAdd(deviation, deviation, square);
                product = V.MultiplyAdd(factor, deviation, product);
                sum += factor;
            }

            int rest = columns - (int)i;
            if (rest > 0)
            {
                V factor = V.LoadPart(ref left[i], rest, V.From(0)), deviation = V.LoadPart(ref source[i], rest, mean) - mean;
                square = V.MultiplyAdd(deviation, deviation, square);
                product = V.MultiplyAdd(factor, deviation, product);
                sum += factor;
            }

            V.Store(square, ref squares[row * V.Count]);
            V.Store(sum, ref sums[row * V.Count]);
            V.Store(product, ref products[row * V.Count]);
        }

        RowBlock.FillRest<V, T>(squares, rows);
        RowBlock.FillRest<V, T>(sums, rows);
        RowBlock.FillRest<V, T>(products, rows);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Combine<V>(int first, int rows, T* means, T* scales, T* shifts, T* slopes) where V : struct, IRegister<V, T>
    {
        T* left = t + ((long)first * columns), source = x + ((long)first * columns), target = z + ((long)first * columns);
        for (int row = 0; row < rows; row++, left += columns, source += columns, target += columns)
        {
            V mean = V.Repeat(means[row]), scale = V.Repeat(scales[row]), shift = V.Repeat(shifts[row]), slope = V.Repeat(slopes[row]);
            nint i = 0, last = columns - V.Count;
            for (; i <= last; i += V.Count)
                V.Store(V.MultiplyAdd(V.Load(ref source[i]) - mean, slope, V.Load(ref left[i]) - shift) * scale, ref target[i]);
            int rest = columns - (int)i;
            if (rest > 0)
                V.StorePart(V.MultiplyAdd(V.LoadPart(ref source[i], rest, mean) - mean, slope, V.LoadPart(ref left[i], rest, shift) - shift) * scale, ref target[i], rest);
        }
    }
}

/// <summary>y = x / √(mean of x² + ε)</summary>
public readonly unsafe struct RootMeanSquareKernel<T>(T* x, T* y, int columns, double epsilon) : IRowKernel<T> where T : unmanaged
{
    readonly double inverse = 1.0 / columns;

    public void Rows<V>(int start, int end) where V : struct, IRegister<V, T>
    {
        for (int row = start; row < end; row++) Row<V>(row);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Row<V>(int row) where V : struct, IRegister<V, T>
    {
        T* source = x + ((long)row * columns), target = y + ((long)row * columns);
        V square = RowFolds.Dot<V, T>(source, source, columns) * V.From(inverse);
        V scale = V.From(1) / V.Sqrt(square + V.From(epsilon));
        nint i = 0, last = columns - V.Count;
        for (; i <= last; i += V.Count) V.Store(V.Load(ref source[i]) * scale, ref target[i]);
        int rest = columns - (int)i;
        if (rest > 0) V.StorePart(V.LoadPart(ref source[i], rest, scale) * scale, ref target[i], rest);
    }
}

/// <summary>z = (t - y·mean(t·y)) / √(mean of x² + ε) for y = x / √(mean of x² + ε): the Jacobian, which is symmetric, times t.</summary>
public readonly unsafe struct RootMeanSquareDerivativeKernel<T>(T* t, T* x, T* z, int columns, double epsilon) : IRowKernel<T> where T : unmanaged
{
    readonly double inverse = 1.0 / columns;

    public void Rows<V>(int start, int end) where V : struct, IRegister<V, T>
    {
        for (int row = start; row < end; row++) Row<V>(row);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Row<V>(int row) where V : struct, IRegister<V, T>
    {
        long start = (long)row * columns;
        T* left = t + start, source = x + start, target = z + start;
        V square = (RowFolds.Dot<V, T>(source, source, columns) * V.From(inverse)) + V.From(epsilon);
        V scale = V.From(1) / V.Sqrt(square);
        V slope = -(RowFolds.Dot<V, T>(left, source, columns) * V.From(inverse) / square);
        nint i = 0, last = columns - V.Count;
        for (; i <= last; i += V.Count) V.Store(V.MultiplyAdd(V.Load(ref source[i]), slope, V.Load(ref left[i])) * scale, ref target[i]);
        int rest = columns - (int)i;
        if (rest > 0) V.StorePart(V.MultiplyAdd(V.LoadPart(ref source[i], rest, scale), slope, V.LoadPart(ref left[i], rest, scale)) * scale, ref target[i], rest);
    }
}
