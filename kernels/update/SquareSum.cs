using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>
/// Σ x² of a dense buffer. The order of the sum is fixed by the length alone, whatever the machine: 32 (f32) or 16 (f64) running sums in each block of
/// 16,384 elements, whose results are added up in f64. Limit: memory bandwidth.
/// </summary>
public static unsafe class SquareSum
{
    // Registers of 256 bits on every machine, so that the order is the same; wider ones would not read faster from L2.
    const int Abreast = 4;
    const int Block = 16384;
    const int MinimumPerWorker = 2;

    // Blocks whose results lie on the stack at once.
    const int Group = 1024;

    /// <summary>Adds up the squares of the first <paramref name="count"/> elements.</summary>
    public static double Run<T>(T* x, int count) where T : unmanaged
    {
        int blocks = (int)(((long)count + Block - 1) / Block);
        double sum = 0;
        double* partial = stackalloc double[Group];
        for (int first = 0; first < blocks; first += Group)
        {
            int length = Math.Min(Group, blocks - first);
            Workers.For(length, MinimumPerWorker, new Body<T>(x, count, first, partial));
            for (int i = 0; i < length; i++) sum += partial[i];
        }

        return sum;
    }

    readonly struct Body<T>(T* x, int count, int first, double* partial) : IRangeBody where T : unmanaged
    {
        public void Run(int start, int end)
        {
            for (int i = start; i < end; i++)
            {
                long from = (long)(first + i) * Block;
                partial[i] = Sum(x + from, (int)Math.Min(Block, count - from));
            }
        }
    }

    static double Sum<T>(T* x, int count) where T : unmanaged
    {
        int width = Vector256<T>.Count;
        Lane256<T> a = Lane256<T>.From(0), b = a, c = a, d = a;
        int i = 0;
        for (; i <= count - (Abreast * width); i += Abreast * width) Add(x + i, ref a, ref b, ref c, ref d);
        if (i < count)
        {
            // Zeros add nothing.
            T* rest = stackalloc T[Abreast * width];
            new Span<T>(rest, Abreast * width).Clear();
            Rows.Copy(x + i, rest, count - i);
            Add(rest, ref a, ref b, ref c, ref d);
        }

        T* sums = stackalloc T[width];
        Lane256<T>.Store((a + b) + (c + d), ref *sums);
        double sum = 0;
        for (i = 0; i < width; i++) sum += typeof(T) == typeof(float) ? ((float*)sums)[i] : ((double*)sums)[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add<T>(T* x, ref Lane256<T> a, ref Lane256<T> b, ref Lane256<T> c, ref Lane256<T> d) where T : unmanaged
    {
        int width = Vector256<T>.Count;
        Lane256<T> p = Lane256<T>.Load(ref *x), q = Lane256<T>.Load(ref x[width]), r = Lane256<T>.Load(ref x[2 * width]), s = Lane256<T>.Load(ref x[3 * width]);
        a = Lane256<T>.MultiplyAdd(p, p, a);
        b = Lane256<T>.MultiplyAdd(q, q, b);
        c = Lane256<T>.MultiplyAdd(r, r, c);
        d = Lane256<T>.MultiplyAdd(s, s, d);
    }
}
