using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>y = scale·(x - mean) / √(variance + ε) + shift, for a scale and a shift a column.</summary>
public readonly unsafe struct StandardizeAffineKernel<T>(T* x, T* scale, T* shift, T* y, int columns, double epsilon) : IRowKernel<T> where T : unmanaged
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
        V root = V.From(1) / V.Sqrt(variance + V.From(epsilon));
        nint i = 0, last = columns - V.Count;
        for (; i <= last; i += V.Count)
            V.Store(V.MultiplyAdd((V.Load(ref source[i]) - mean) * root, V.Load(ref scale[i]), V.Load(ref shift[i])), ref target[i]);
        int rest = columns - (int)i;
        if (rest > 0)
        {
            V standard = (V.LoadPart(ref source[i], rest, mean) - mean) * root;
            V.StorePart(V.MultiplyAdd(standard, V.LoadPart(ref scale[i], rest, mean), V.LoadPart(ref shift[i], rest, mean)), ref target[i], rest);
        }
    }
}

/// <summary>
/// The reverse derivative of <see cref="StandardizeAffineKernel{T}"/>: from cotangents t, those of x, of the scale and of the shift. One pass over blocks of rows whose cut
/// depends on the shape alone; each block sums its rows in order into a line of its own, and the lines are added in order.
/// </summary>
public static unsafe class StandardizeAffineDerivative
{
    const int Block = 16384;
    const int MaxBlocks = 64;
    const int Padding = 16;

    /// <summary>Writes the cotangents of x [rows, columns], scale and shift [columns].</summary>
    public static void Run<T>(T* t, T* x, T* scale, T* toX, T* toScale, T* toShift, int rows, int columns, double epsilon) where T : unmanaged
    {
        int blocks = (int)Math.Clamp((long)rows * columns / Block, 1, Math.Min(Math.Max(rows, 1), MaxBlocks));
        int line = (columns + Padding - 1) / Padding * Padding;
        T* sums = Scratch.Left<T>(2L * blocks * line);
        new Span<T>(sums, 2 * blocks * line).Clear();
        Workers.For(blocks, 1, new Body<T>(t, x, scale, toX, sums, rows, columns, line, blocks, epsilon));
        Rows.Copy(sums, toScale, columns);
        Rows.Copy(sums + line, toShift, columns);
        for (int block = 1; block < blocks; block++)
        {
            T* next = sums + (2L * block * line);
            BinaryKernel.Dense(default(Plus), toScale, 1, next, 1, toScale, columns);
            BinaryKernel.Dense(default(Plus), toShift, 1, next + line, 1, toShift, columns);
        }
    }

    readonly struct Plus : IBinaryOperator
    {
        public V Apply<V>(V x, V y) where V : struct, ILane<V> => x + y;
    }

    readonly struct Body<T>(T* t, T* x, T* scale, T* toX, T* sums, int rows, int columns, int line, int blocks, double epsilon) : IRangeBody where T : unmanaged
    {
        public void Run(int start, int end)
        {
            for (int block = start; block < end; block++)
            {
                int first = (int)((long)rows * block / blocks), count = (int)((long)rows * (block + 1) / blocks) - first;
                T* own = sums + (2L * block * line);
                long offset = (long)first * columns;
                RowLoop.RunHere<StandardizeAffineDerivativeKernel<T>, T>(new(t + offset, x + offset, scale, toX + offset, own, own + line, columns, epsilon), count);
            }
        }
    }
}

/// <summary>One row of <see cref="StandardizeAffineDerivative"/>; the sums are padded to whole registers.</summary>
public readonly unsafe struct StandardizeAffineDerivativeKernel<T>(T* t, T* x, T* scale, T* toX, T* scaleSums, T* shiftSums, int columns, double epsilon) : IRowKernel<T>
    where T : unmanaged
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
        T* left = t + start, source = x + start, target = toX + start;
        V mean = RowFolds.Sum<V, T>(source, columns) * V.From(inverse);
        V zero = V.From(0), squares = zero, sum = zero, product = zero;
        nint i = 0, last = columns - V.Count;
        for (; i <= last; i += V.Count)
        {
            V factor = V.Load(ref left[i]) * V.Load(ref scale[i]), deviation = V.Load(ref source[i]) - mean;
            squares = V.MultiplyAdd(deviation, deviation, squares);
            product = V.MultiplyAdd(factor, deviation, product);
            sum += factor;
        }

        int rest = columns - (int)i;
        V cotangents = zero, factors = zero, deviations = zero;
        if (rest > 0)
        {
            cotangents = V.LoadPart(ref left[i], rest, zero);
            factors = cotangents * V.LoadPart(ref scale[i], rest, zero);
            deviations = V.LoadPart(ref source[i], rest, mean) - mean;
            squares = V.MultiplyAdd(deviations, deviations, squares);
            product = V.MultiplyAdd(factors, deviations, product);
            sum += factors;
        }

        V variance = (V.Spread(default(SumFold), squares) * V.From(inverse)) + V.From(epsilon);
        V root = V.From(1) / V.Sqrt(variance);
        V shift = V.Spread(default(SumFold), sum) * V.From(inverse);
        V slope = -(V.Spread(default(SumFold), product) * V.From(inverse) / variance);
        for (nint j = 0; j <= last; j += V.Count)
        {
            V cotangent = V.Load(ref left[j]), deviation = V.Load(ref source[j]) - mean;
            V.Store(V.MultiplyAdd(deviation, slope, (cotangent * V.Load(ref scale[j])) - shift) * root, ref target[j]);
            V.Store(V.MultiplyAdd(cotangent, deviation * root, V.Load(ref scaleSums[j])), ref scaleSums[j]);
            V.Store(cotangent + V.Load(ref shiftSums[j]), ref shiftSums[j]);
        }

        if (rest > 0)
        {
            V.StorePart(V.MultiplyAdd(deviations, slope, factors - shift) * root, ref target[i], rest);
            V.Store(V.MultiplyAdd(cotangents, deviations * root, V.Load(ref scaleSums[i])), ref scaleSums[i]);
            V.Store(cotangents + V.Load(ref shiftSums[i]), ref shiftSums[i]);
        }
    }
}
