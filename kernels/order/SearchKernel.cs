using System.Numerics;
using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>
/// Places at which numbers would be put into sorted rows, by halving without branches. NaN comes behind everything. Layout: dense. Threads share the numbers. Limit: latency of the first-level
/// cache, hidden by four searches abreast.
/// </summary>
public static unsafe class SearchKernel
{
    const int MinimumPerWorker = 1024, Abreast = 4;

    /// <summary>
    /// z[r, j] = number of elements of sorted row r that are below y[r, j], or not above it where <paramref name="right"/>; x [rows, size]; y, z [rows, count].
    /// </summary>
    public static void Run<T>(T* x, T* y, long* z, int rows, int size, int count, bool right) where T : unmanaged, INumber<T>
    {
        if (rows == 1) Workers.For(count, MinimumPerWorker, new Body<T>(x, y, z, size, right));
        else Workers.For(rows, Math.Max(1, MinimumPerWorker / Math.Max(1, count)), new RowsBody<T>(x, y, z, size, count, right));
    }

    /// <summary>Whether an element of a sorted row comes before the place of a number.</summary>
    public static bool IsBefore<T>(T element, T number, bool right) where T : unmanaged, INumber<T>
    {
        if (T.IsNaN(number)) return right || !T.IsNaN(element);
        return right ? element <= number : element < number;
    }

    readonly struct RowsBody<T>(T* x, T* y, long* z, int size, int count, bool right) : IRangeBody where T : unmanaged, INumber<T>
    {
        public void Run(int start, int end)
        {
            for (int row = start; row < end; row++)
                new Body<T>(x + ((long)row * size), y + ((long)row * count), z + ((long)row * count), size, right).Run(0, count);
        }
    }

    readonly struct Body<T>(T* sorted, T* y, long* z, int size, bool right) : IRangeBody where T : unmanaged, INumber<T>
    {
        public void Run(int start, int end)
        {
            int j = start;
            for (; j <= end - Abreast; j += Abreast)
            {
                T a = y[j], b = y[j + 1], c = y[j + 2], d = y[j + 3];
                if (T.IsNaN(a + b + c + d))
                {
                    for (int i = j; i < j + Abreast; i++) z[i] = One(y[i]);
                    continue;
                }

                int pa = 0, pb = 0, pc = 0, pd = 0, rest = size;
                if (right)
                {
                    while (rest > 0)
                    {
                        int half = (rest + 1) >> 1, step = half - 1;
                        pa += half & Mask(sorted[pa + step] <= a);
                        pb += half & Mask(sorted[pb + step] <= b);
                        pc += half & Mask(sorted[pc + step] <= c);
                        pd += half & Mask(sorted[pd + step] <= d);
                        rest -= half;
                    }
                }
                else
                {
                    while (rest > 0)
                    {
                        int half = (rest + 1) >> 1, step = half - 1;
                        pa += half & Mask(sorted[pa + step] < a);
                        pb += half & Mask(sorted[pb + step] < b);
                        pc += half & Mask(sorted[pc + step] < c);
                        pd += half & Mask(sorted[pd + step] < d);
                        rest -= half;
                    }
                }

                z[j] = pa;
                z[j + 1] = pb;
                z[j + 2] = pc;
                z[j + 3] = pd;
            }

            for (; j < end; j++) z[j] = One(y[j]);
        }

        // All bits or none: a condition as a number is no branch, which would be mispredicted every other time.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static int Mask(bool condition) => -Unsafe.BitCast<bool, byte>(condition);

        long One(T number)
        {
            int low = 0, high = size;
            while (low < high)
            {
                int middle = (low + high) >>> 1;
                if (IsBefore(sorted[middle], number, right)) low = middle + 1;
                else high = middle;
            }

            return low;
        }
    }
}
