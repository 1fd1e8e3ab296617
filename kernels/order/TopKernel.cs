using System.Numerics;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>
/// Places of the k first numbers of each row in sorted order, as <see cref="SortKernel"/> with fewer of them kept. Few are selected: a row is compared with the worst of the best so far, registers at
/// a time, and what is better is inserted. Limit: reading the rows; for increasing rows the insertions, k a number.
/// </summary>
public static unsafe class TopKernel
{
    // More than these, or than a part of the row, are found by sorting.
    const int MostSelected = 128, LeastRatio = 4;
    const int MinimumPerWorker = 8192;

    /// <summary>y[r, j] = place in row r of its j-th largest (or smallest) number; x [rows, columns], y [rows, k].</summary>
    public static void Run<T>(T* x, long* y, int rows, int columns, int k, bool largest) where T : unmanaged, INumber<T>
    {
        if (k > MostSelected || k > columns / LeastRatio) SortKernel.ArgSort(x, y, rows, columns, k, largest);
        else if (k > 0) Workers.For(rows, Math.Max(1, MinimumPerWorker / Math.Max(1, columns)), new Body<T>(x, y, columns, k, largest));
    }

    readonly struct Body<T>(T* x, long* y, int columns, int k, bool largest) : IRangeBody where T : unmanaged, INumber<T>
    {
        public void Run(int start, int end)
        {
            T* best = stackalloc T[MostSelected];
            for (int row = start; row < end; row++)
            {
                var selection = new Selection<T>(best, y + ((long)row * k), k, largest, held: 0);
                selection.Add(x + ((long)row * columns), columns, 0);
            }
        }
    }

    /// <summary>The k best numbers so far, the best first, and their places.</summary>
    internal ref struct Selection<T>(T* best, long* places, int k, bool largest, int held) where T : unmanaged, INumber<T>
    {
        int held = held;

        /// <summary>Takes in numbers whose places start at <paramref name="first"/>. An earlier number stays before an equal later one.</summary>
        public void Add(T* x, int count, long first)
        {
            int i = 0;
            for (; i < count && (held < k || T.IsNaN(best[k - 1])); i++) Offer(x[i], first + i);
            if (Vector512.IsHardwareAccelerated)
            {
                for (; i <= count - Vector512<T>.Count; i += Vector512<T>.Count)
                {
                    Vector512<T> part = Vector512.Load(x + i), limit = Vector512.Create(best[k - 1]);
                    OfferAll((largest ? Vector512.GreaterThan(part, limit) : Vector512.LessThan(part, limit)).ExtractMostSignificantBits(), x, i, first);
                }
            }

            for (; i <= count - Vector256<T>.Count; i += Vector256<T>.Count)
            {
                Vector256<T> part = Vector256.Load(x + i), limit = Vector256.Create(best[k - 1]);
                OfferAll((largest ? Vector256.GreaterThan(part, limit) : Vector256.LessThan(part, limit)).ExtractMostSignificantBits(), x, i, first);
            }

            for (; i < count; i++) Offer(x[i], first + i);
        }

        // Those of a register that beat the worst as it was before them.
        void OfferAll(ulong bits, T* x, int start, long first)
        {
            for (; bits != 0; bits &= bits - 1)
            {
                int i = start + BitOperations.TrailingZeroCount(bits);
                Offer(x[i], first + i);
            }
        }

        void Offer(T value, long place)
        {
            if (held == k && !IsBetter(value, best[k - 1])) return;
            int hole = held < k ? held++ : k - 1;
            for (; hole > 0 && IsBetter(value, best[hole - 1]); hole--)
            {
                best[hole] = best[hole - 1];
                places[hole] = places[hole - 1];
            }

            best[hole] = value;
            places[hole] = place;
        }

        readonly bool IsBetter(T a, T b) => largest ? a > b || (T.IsNaN(b) && !T.IsNaN(a)) : a < b || (T.IsNaN(b) && !T.IsNaN(a));
    }
}
