namespace Adjoint.Kernels;

/// <summary>
/// Reads and additions at places given by indices. Layout: operands are dense, seen as [outer, size, inner]; additions run in index order, so that repeated
/// indices sum in a fixed order. Each returns the position of the first index out of range, or -1. Limit: memory latency.
/// </summary>
public static unsafe class IndexKernel
{
    const int MinimumPerWorker = 8192;

    /// <summary>Checks that every index lies in 0 … size-1.</summary>
    public static int FirstOutOfRange(long* indices, int count, int size)
    {
        for (int i = 0; i < count; i++)
        {
            if ((ulong)indices[i] >= (ulong)size) return i;
        }

        return -1;
    }

    /// <summary>y[o, j, :] = x[o, indices[j], :] for x [outer, size, inner] and y [outer, count, inner].</summary>
    public static void Select<T>(T* x, long* indices, T* y, int outer, int size, int inner, int count) where T : unmanaged
    {
        for (int o = 0; o < outer; o++)
        {
            T* block = x + ((long)o * size * inner);
            T* target = y + ((long)o * count * inner);

            // Rows that fit into a general register would cost a call each.
            if (inner == 1) One(block, indices, target, count);
            else if (inner * sizeof(T) == 8) One((long*)block, indices, (long*)target, count);
            else for (int j = 0; j < count; j++) Rows.Copy(block + (indices[j] * inner), target + ((long)j * inner), inner);
        }
    }

    static void One<T>(T* x, long* indices, T* y, int count) where T : unmanaged
    {
        for (int j = 0; j < count; j++) y[j] = x[indices[j]];
    }

    /// <summary>y[places[j], :] = x[j, :] for x [count, inner], in the order of j; a place of -1 is left out.</summary>
    public static void PutRows<T>(T* x, long* places, T* y, int inner, int count) where T : unmanaged
    {
        for (int j = 0; j < count; j++)
        {
            if (places[j] >= 0) Rows.Copy(x + ((long)j * inner), y + (places[j] * inner), inner);
        }
    }

    /// <summary>y[o, indices[j], :] += x[o, j, :] for x [outer, count, inner] and y [outer, size, inner], in the order of j.</summary>
    public static void AddAt<T>(T* x, long* indices, T* y, int outer, int size, int inner, int count)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        for (int o = 0; o < outer; o++)
        {
            T* block = y + ((long)o * size * inner);
            T* source = x + ((long)o * count * inner);
            for (int j = 0; j < count; j++) AddRow.Run(source + ((long)j * inner), block + (indices[j] * inner), inner);
        }
    }

    /// <summary>y[o, j, i] = x[o, indices[o, j, i], i] for x [outer, size, inner], indices and y [outer, count, inner].</summary>
    public static void TakeAlong<T>(T* x, long* indices, T* y, int outer, int size, int inner, int count) where T : unmanaged
    {
        if (outer == 1 && inner == 1) Workers.For(count, MinimumPerWorker, new PickBody<T>(x, indices, y));
        else Workers.For(outer, Math.Max(1, (int)(MinimumPerWorker / Math.Max(1, (long)count * inner))), new TakeBody<T>(x, indices, y, size, inner, count));
    }

    readonly struct PickBody<T>(T* x, long* indices, T* y) : IRangeBody where T : unmanaged
    {
        public void Run(int start, int end)
        {
            for (int j = start; j < end; j++) y[j] = x[indices[j]];
        }
    }

    readonly struct TakeBody<T>(T* x, long* indices, T* y, int size, int inner, int count) : IRangeBody where T : unmanaged
    {
        public void Run(int start, int end)
        {
            for (int o = start; o < end; o++)
            {
                T* block = x + ((long)o * size * inner), target = y + ((long)o * count * inner);
                long* places = indices + ((long)o * count * inner);
                if (inner == 1)
                {
                    for (int j = 0; j < count; j++) target[j] = block[places[j]];
                    continue;
                }

                for (int j = 0; j < count; j++, target += inner, places += inner)
                {
                    for (int i = 0; i < inner; i++) target[i] = block[(places[i] * inner) + i];
                }
            }
        }
    }

    /// <summary>y[o, indices[o, j, i], i] += x[o, j, i], in the order of j.</summary>
    public static void AddAlong<T>(T* x, long* indices, T* y, int outer, int size, int inner, int count)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        for (int o = 0; o < outer; o++)
        {
            for (int j = 0; j < count; j++)
            {
                long line = ((long)o * count) + j;
                for (int i = 0; i < inner; i++) y[((((long)o * size) + indices[(line * inner) + i]) * inner) + i] += x[(line * inner) + i];
            }
        }
    }

    /// <summary>Index of the largest (or smallest) value in each of the lines x[o, :, i]; the first of equals; a NaN counts as the extreme.</summary>
    public static void ArgExtreme<T>(T* x, long* y, int outer, int size, int inner, bool largest)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                T* line = x + ((long)o * size * inner) + i;
                long best = 0;
                T value = *line;
                for (int j = 1; j < size && !T.IsNaN(value); j++)
                {
                    T candidate = line[(long)j * inner];
                    if (!(T.IsNaN(candidate) || (largest ? candidate > value : candidate < value))) continue;
                    best = j;
                    value = candidate;
                }

                y[((long)o * inner) + i] = best;
            }
        }
    }
}
