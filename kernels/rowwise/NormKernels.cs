using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>y = (x - mean) / √(variance + ε), the variance being that of the row, divided by its length.</summary>
public readonly unsafe struct StandardizeKernel<T>(T* x, T* y, int columns, double epsilon) : IRowKernel<T> where T : unmanaged
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
        V mean = RowFolds.Sum<V, T>(source, columns) * V.From(inverse);
        V variance = RowFolds.SquaredDeviations(source, columns, mean) * V.From(inverse);
        V scale = V.From(1) / V.Sqrt(variance + V.From(epsilon));
        nint i = 0, last = columns - V.Count;
        for (; i <= last; i += V.Count) V.Store((V.Load(ref source[i]) - mean) * scale, ref target[i]);
        int rest = columns - (int)i;
        if (rest > 0) V.StorePart((V.LoadPart(ref source[i], rest, mean) - mean) * scale, ref target[i], rest);
    }
}

/// <summary>z = (t - mean t - y·mean(t·y)) / √(variance + ε), y being x standardised: the Jacobian, which is symmetric, times t. Mean and variance are computed again from x.</summary>
public readonly unsafe struct StandardizeDerivativeKernel<T>(T* t, T* x, T* z, int columns, double epsilon) : IRowKernel<T> where T : unmanaged
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
        V mean = RowFolds.Sum<V, T>(source, columns) * V.From(inverse);
        V squares = V.From(0), sum = squares, product = squares;
        nint i = 0, last = columns - V.Count;
        for (; i <= last; i += V.Count)
        {
            V factor = V.Load(ref left[i]), deviation = V.Load(ref source[i]) - mean;
            squares = V.MultiplyAdd(deviation, deviation, squares);
            product = V.MultiplyAdd(factor, deviation, product);
            sum += factor;
        }

        int rest = columns - (int)i;
        V factors = V.From(0), deviations = factors;
        if (rest > 0)
        {
            factors = V.LoadPart(ref left[i], rest, factors);
            deviations = V.LoadPart(ref source[i], rest, mean) - mean;
            squares = V.MultiplyAdd(deviations, deviations, squares);
            product = V.MultiplyAdd(factors, deviations, product);
            sum += factors;
        }

        V variance = (V.Spread(default(SumFold), squares) * V.From(inverse)) + V.From(epsilon);
        V scale = V.From(1) / V.Sqrt(variance);
        V shift = V.Spread(default(SumFold), sum) * V.From(inverse);
        V slope = -(V.Spread(default(SumFold), product) * V.From(inverse) / variance);
        for (nint j = 0; j <= last; j += V.Count)
            V.Store(V.MultiplyAdd(V.Load(ref source[j]) - mean, slope, V.Load(ref left[j]) - shift) * scale, ref target[j]);
        if (rest > 0) V.StorePart(V.MultiplyAdd(deviations, slope, factors - shift) * scale, ref target[i], rest);
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
