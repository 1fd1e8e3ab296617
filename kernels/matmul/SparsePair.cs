namespace Adjoint.Kernels;

/// <summary>
/// The loop of <see cref="SparseRow{TSimd,V,T}"/> for two rows of A with one list: what is loaded of B serves both. A zero that one of them has in the list adds nothing.
/// </summary>
static unsafe class SparsePair<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    /// <summary>The sums of two rows, of 4 or 8 vectors each: c[0 … vectors) = (accumulate ? c : 0) + Σ a[k]·b[k·bRow …] for the indices k from <paramref name="index"/> up to <paramref name="end"/>.</summary>
    public static void Run<TVectors>(int* index, int* end, T* a0, T* a1, T* b, nint bRow, T* c0, T* c1, bool accumulate) where TVectors : struct, IVectors
    {
        V p0 = default, p1 = default, p2 = default, p3 = default, p4 = default, p5 = default, p6 = default, p7 = default;
        V q0 = default, q1 = default, q2 = default, q3 = default, q4 = default, q5 = default, q6 = default, q7 = default;
        if (accumulate)
        {
            p0 = TSimd.Load(c0);
            p1 = TSimd.Load(c0 + TSimd.Count);
            p2 = TSimd.Load(c0 + (2 * TSimd.Count));
            p3 = TSimd.Load(c0 + (3 * TSimd.Count));
            q0 = TSimd.Load(c1);
            q1 = TSimd.Load(c1 + TSimd.Count);
            q2 = TSimd.Load(c1 + (2 * TSimd.Count));
            q3 = TSimd.Load(c1 + (3 * TSimd.Count));
            if (TVectors.Count > 4)
            {
                p4 = TSimd.Load(c0 + (4 * TSimd.Count));
                p5 = TSimd.Load(c0 + (5 * TSimd.Count));
                p6 = TSimd.Load(c0 + (6 * TSimd.Count));
                p7 = TSimd.Load(c0 + (7 * TSimd.Count));
                q4 = TSimd.Load(c1 + (4 * TSimd.Count));
                q5 = TSimd.Load(c1 + (5 * TSimd.Count));
                q6 = TSimd.Load(c1 + (6 * TSimd.Count));
                q7 = TSimd.Load(c1 + (7 * TSimd.Count));
            }
        }

        for (; index < end; index++)
        {
            nint k = *index;
            V x = TSimd.Broadcast(a0[k]), y = TSimd.Broadcast(a1[k]);
            T* from = b + (k * bRow);
            V loaded = TSimd.Load(from);
            p0 = TSimd.MultiplyAdd(x, loaded, p0);
            q0 = TSimd.MultiplyAdd(y, loaded, q0);
            loaded = TSimd.Load(from + TSimd.Count);
            p1 = TSimd.MultiplyAdd(x, loaded, p1);
            q1 = TSimd.MultiplyAdd(y, loaded, q1);
            loaded = TSimd.Load(from + (2 * TSimd.Count));
            p2 = TSimd.MultiplyAdd(x, loaded, p2);
            q2 = TSimd.MultiplyAdd(y, loaded, q2);
            loaded = TSimd.Load(from + (3 * TSimd.Count));
            p3 = TSimd.MultiplyAdd(x, loaded, p3);
            q3 = TSimd.MultiplyAdd(y, loaded, q3);
            if (TVectors.Count > 4)
            {
                loaded = TSimd.Load(from + (4 * TSimd.Count));
                p4 = TSimd.MultiplyAdd(x, loaded, p4);
                q4 = TSimd.MultiplyAdd(y, loaded, q4);
                loaded = TSimd.Load(from + (5 * TSimd.Count));
                p5 = TSimd.MultiplyAdd(x, loaded, p5);
                q5 = TSimd.MultiplyAdd(y, loaded, q5);
                loaded = TSimd.Load(from + (6 * TSimd.Count));
                p6 = TSimd.MultiplyAdd(x, loaded, p6);
                q6 = TSimd.MultiplyAdd(y, loaded, q6);
                loaded = TSimd.Load(from + (7 * TSimd.Count));
                p7 = TSimd.MultiplyAdd(x, loaded, p7);
                q7 = TSimd.MultiplyAdd(y, loaded, q7);
            }
        }

        TSimd.Store(p0, c0);
        TSimd.Store(p1, c0 + TSimd.Count);
        TSimd.Store(p2, c0 + (2 * TSimd.Count));
        TSimd.Store(p3, c0 + (3 * TSimd.Count));
        TSimd.Store(q0, c1);
        TSimd.Store(q1, c1 + TSimd.Count);
        TSimd.Store(q2, c1 + (2 * TSimd.Count));
        TSimd.Store(q3, c1 + (3 * TSimd.Count));
        if (TVectors.Count > 4)
        {
            TSimd.Store(p4, c0 + (4 * TSimd.Count));
            TSimd.Store(p5, c0 + (5 * TSimd.Count));
            TSimd.Store(p6, c0 + (6 * TSimd.Count));
            TSimd.Store(p7, c0 + (7 * TSimd.Count));
            TSimd.Store(q4, c1 + (4 * TSimd.Count));
            TSimd.Store(q5, c1 + (5 * TSimd.Count));
            TSimd.Store(q6, c1 + (6 * TSimd.Count));
            TSimd.Store(q7, c1 + (7 * TSimd.Count));
        }
    }
}
