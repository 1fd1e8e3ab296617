namespace Adjoint.Kernels;

/// <summary>How many vectors of a row of C are summed at a time, as a type, so that each number compiles to its own straight-line code.</summary>
interface IVectors
{
    static abstract int Count { get; }
}

readonly struct Vectors4 : IVectors
{
    public static int Count => 4;
}

readonly struct Vectors8 : IVectors
{
    public static int Count => 8;
}

readonly struct Vectors16 : IVectors
{
    public static int Count => 16;
}

/// <summary>
/// The innermost loop of a product that skips zeros: some vectors of a row of C, kept in registers while k runs over what is not zero in the row of A. Each element is the chain of fused multiply-adds
/// of <see cref="MicroKernel{TSimd,V,T}"/> without the links that add nothing.
/// </summary>
static unsafe class SparseRow<TSimd, V, T>
    where TSimd : struct, ISimd<V, T>
    where V : unmanaged
    where T : unmanaged
{
    /// <summary>c[0 … vectors) = (accumulate ? c : 0) + Σ a[k]·b[k·bRow …] for the indices k from <paramref name="index"/> up to <paramref name="end"/>.</summary>
    public static void Run<TVectors>(int* index, int* end, T* a, T* b, nint bRow, T* c, bool accumulate) where TVectors : struct, IVectors
    {
        V s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        V s8 = default, s9 = default, s10 = default, s11 = default, s12 = default, s13 = default, s14 = default, s15 = default;
        if (accumulate)
        {
            s0 = TSimd.Load(c);
            s1 = TSimd.Load(c + TSimd.Count);
            s2 = TSimd.Load(c + (2 * TSimd.Count));
            s3 = TSimd.Load(c + (3 * TSimd.Count));
            if (TVectors.Count > 4)
            {
                s4 = TSimd.Load(c + (4 * TSimd.Count));
                s5 = TSimd.Load(c + (5 * TSimd.Count));
                s6 = TSimd.Load(c + (6 * TSimd.Count));
                s7 = TSimd.Load(c + (7 * TSimd.Count));
            }

            if (TVectors.Count > 8)
            {
                s8 = TSimd.Load(c + (8 * TSimd.Count));
                s9 = TSimd.Load(c + (9 * TSimd.Count));
                s10 = TSimd.Load(c + (10 * TSimd.Count));
                s11 = TSimd.Load(c + (11 * TSimd.Count));
                s12 = TSimd.Load(c + (12 * TSimd.Count));
                s13 = TSimd.Load(c + (13 * TSimd.Count));
                s14 = TSimd.Load(c + (14 * TSimd.Count));
                s15 = TSimd.Load(c + (15 * TSimd.Count));
            }
        }

        for (; index < end; index++)
        {
            nint k = *index;
            V x = TSimd.Broadcast(a[k]);
            T* from = b + (k * bRow);
            s0 = TSimd.MultiplyAdd(x, TSimd.Load(from), s0);
            s1 = TSimd.MultiplyAdd(x, TSimd.Load(from + TSimd.Count), s1);
            s2 = TSimd.MultiplyAdd(x, TSimd.Load(from + (2 * TSimd.Count)), s2);
            s3 = TSimd.MultiplyAdd(x, TSimd.Load(from + (3 * TSimd.Count)), s3);
            if (TVectors.Count > 4)
            {
                s4 = TSimd.MultiplyAdd(x, TSimd.Load(from + (4 * TSimd.Count)), s4);
                s5 = TSimd.MultiplyAdd(x, TSimd.Load(from + (5 * TSimd.Count)), s5);
                s6 = TSimd.MultiplyAdd(x, TSimd.Load(from + (6 * TSimd.Count)), s6);
                s7 = TSimd.MultiplyAdd(x, TSimd.Load(from + (7 * TSimd.Count)), s7);
            }

            if (TVectors.Count > 8)
            {
                s8 = TSimd.MultiplyAdd(x, TSimd.Load(from + (8 * TSimd.Count)), s8);
                s9 = TSimd.MultiplyAdd(x, TSimd.Load(from + (9 * TSimd.Count)), s9);
                s10 = TSimd.MultiplyAdd(x, TSimd.Load(from + (10 * TSimd.Count)), s10);
                s11 = TSimd.MultiplyAdd(x, TSimd.Load(from + (11 * TSimd.Count)), s11);
                s12 = TSimd.MultiplyAdd(x, TSimd.Load(from + (12 * TSimd.Count)), s12);
                s13 = TSimd.MultiplyAdd(x, TSimd.Load(from + (13 * TSimd.Count)), s13);
                s14 = TSimd.MultiplyAdd(x, TSimd.Load(from + (14 * TSimd.Count)), s14);
                s15 = TSimd.MultiplyAdd(x, TSimd.Load(from + (15 * TSimd.Count)), s15);
            }
        }

        TSimd.Store(s0, c);
        TSimd.Store(s1, c + TSimd.Count);
        TSimd.Store(s2, c + (2 * TSimd.Count));
        TSimd.Store(s3, c + (3 * TSimd.Count));
        if (TVectors.Count > 4)
        {
            TSimd.Store(s4, c + (4 * TSimd.Count));
            TSimd.Store(s5, c + (5 * TSimd.Count));
            TSimd.Store(s6, c + (6 * TSimd.Count));
            TSimd.Store(s7, c + (7 * TSimd.Count));
        }

        if (TVectors.Count > 8)
        {
            TSimd.Store(s8, c + (8 * TSimd.Count));
            TSimd.Store(s9, c + (9 * TSimd.Count));
            TSimd.Store(s10, c + (10 * TSimd.Count));
            TSimd.Store(s11, c + (11 * TSimd.Count));
            TSimd.Store(s12, c + (12 * TSimd.Count));
            TSimd.Store(s13, c + (13 * TSimd.Count));
            TSimd.Store(s14, c + (14 * TSimd.Count));
            TSimd.Store(s15, c + (15 * TSimd.Count));
        }
    }
}
