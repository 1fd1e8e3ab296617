namespace Adjoint.Kernels;

/// <summary>
/// Squared distances of a few rows from a block of others, by differences: no cancellation, whatever the norms. Layout: the block is turned, so that registers run along its rows; four rows of x and two
/// registers of the block are eight running sums. The order is that of the coordinates. Limit: two instructions a coordinate and register.
/// </summary>
readonly unsafe struct DistanceTile<T>(T* packed, int block, int width) where T : unmanaged
{
    /// <summary>Rows of x at a time.</summary>
    public const int Rows = 4;

    /// <summary>Numbers of room for blocks of a length.</summary>
    public static long Room(int block, int width) => (long)block * width;

    /// <summary>Turns rows of y [count, width] into the block; what remains of it is zero.</summary>
    public void Pack(T* y, int count)
    {
        for (int k = 0; k < width; k++)
        {
            T* line = packed + ((long)k * block);
            for (int j = 0; j < count; j++) line[j] = y[((long)j * width) + k];
            new Span<T>(line + count, block - count).Clear();
        }
    }

    /// <summary>z[r·block + j] = Σ (x[r, k] - y[j, k])² for <paramref name="rows"/> rows of x, up to four, and all of the block, a multiple of two registers.</summary>
    public void Run<V>(T* x, int rows, T* z) where V : struct, IRegister<V, T>
    {
        if (rows == Rows)
        {
            Four<V>(x, z);
            return;
        }

        for (int row = 0; row < rows; row++)
        {
            T* own = x + ((long)row * width);
            for (int j = 0; j < block; j += V.Count)
            {
                V sum = V.From(0);
                for (int k = 0; k < width; k++)
                {
                    V difference = V.Repeat(own[k]) - V.Load(ref packed[((long)k * block) + j]);
                    sum = V.MultiplyAdd(difference, difference, sum);
                }

                V.Store(sum, ref z[((long)row * block) + j]);
            }
        }
    }

    void Four<V>(T* x, T* z) where V : struct, IRegister<V, T>
    {
        T* xb = x + width, xc = xb + width, xd = xc + width;
        for (int j = 0; j < block; j += 2 * V.Count)
        {
            V a0 = V.From(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
            T* source = packed + j;
            for (int k = 0; k < width; k++, source += block)
            {
                V y0 = V.Load(ref *source), y1 = V.Load(ref source[V.Count]), own = V.Repeat(x[k]), e0 = own - y0, e1 = own - y1;
                a0 = V.MultiplyAdd(e0, e0, a0);
                a1 = V.MultiplyAdd(e1, e1, a1);
                own = V.Repeat(xb[k]);
                e0 = own - y0;
                e1 = own - y1;
                b0 = V.MultiplyAdd(e0, e0, b0);
                b1 = V.MultiplyAdd(e1, e1, b1);
                own = V.Repeat(xc[k]);
                e0 = own - y0;
                e1 = own - y1;
                c0 = V.MultiplyAdd(e0, e0, c0);
                c1 = V.MultiplyAdd(e1, e1, c1);
                own = V.Repeat(xd[k]);
                e0 = own - y0;
                e1 = own - y1;
                d0 = V.MultiplyAdd(e0, e0, d0);
                d1 = V.MultiplyAdd(e1, e1, d1);
            }

            Store(a0, a1, z + j);
            Store(b0, b1, z + block + j);
            Store(c0, c1, z + (2L * block) + j);
            Store(d0, d1, z + (3L * block) + j);
        }
    }

    static void Store<V>(V first, V second, T* target) where V : struct, IRegister<V, T>
    {
        V.Store(first, ref *target);
        V.Store(second, ref target[V.Count]);
    }
}
