using System.Numerics;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>
/// Linear recurrences h = a·h + b along an axis, over dense operands seen as [outer, size, inner], with a product and a sum of one rounding each. Layout and threads as
/// <see cref="ScanKernel"/>. Limit: memory; for one line, the latency of a product and a sum.
/// </summary>
public static unsafe class RecurrenceKernel
{
    const int MinimumPerWorker = 16384, Abreast = 4;

    /// <summary>h[o, j, i] = a[o, j, i]·h[o, j-1, i] + b[o, j, i] with h[o, -1, i] = 0; from the last element on where <paramref name="reverse"/>.</summary>
    public static void Run<T>(T* a, T* b, T* h, int outer, int size, int inner, bool reverse) where T : unmanaged, INumber<T>
    {
        if (size == 0 || inner == 0) return;
        if (inner == 1)
        {
            Workers.For(outer, Math.Max(1, MinimumPerWorker / size), new LineBody<T>(a, b, h, size, reverse));
            return;
        }

        int cuts = Math.Clamp(Math.Min(2 * Workers.Threads / Math.Max(1, outer), inner / 64), 1, 64);
        Workers.For(outer * cuts, Math.Max(1, (int)(MinimumPerWorker / Math.Max(1, (long)size * inner / cuts))), new ColumnBody<T>(a, b, h, size, inner, cuts, reverse));
    }

    readonly struct LineBody<T>(T* a, T* b, T* h, int size, bool reverse) : IRangeBody where T : unmanaged, INumber<T>
    {
        public void Run(int start, int end)
        {
            int line = start;
            for (; line <= end - Abreast; line += Abreast) Four(line);
            for (; line < end; line++) One(line);
        }

        void Four(int line)
        {
            long p = ((long)line * size) + (reverse ? size - 1 : 0), q = p + size, r = q + size, s = r + size, step = reverse ? -1 : 1;
            T first = T.Zero, second = T.Zero, third = T.Zero, fourth = T.Zero;
            for (int j = 0; j < size; j++, p += step, q += step, r += step, s += step)
            {
                h[p] = first = (a[p] * first) + b[p];
                h[q] = second = (a[q] * second) + b[q];
                h[r] = third = (a[r] * third) + b[r];
                h[s] = fourth = (a[s] * fourth) + b[s];
            }
        }

        void One(int line)
        {
            long place = ((long)line * size) + (reverse ? size - 1 : 0), step = reverse ? -1 : 1;
            T value = T.Zero;
            for (int j = 0; j < size; j++, place += step) h[place] = value = (a[place] * value) + b[place];
        }
    }

    readonly struct ColumnBody<T>(T* a, T* b, T* h, int size, int inner, int cuts, bool reverse) : IRangeBody where T : unmanaged, INumber<T>
    {
        public void Run(int start, int end)
        {
            for (int item = start; item < end; item++)
            {
                int o = item / cuts, cut = item - (o * cuts);
                int first = (int)((long)inner * cut / cuts), count = (int)((long)inner * (cut + 1) / cuts) - first;
                if (Vector512.IsHardwareAccelerated) Block<Lane512<T>>(o, first, count);
                else if (Vector256.IsHardwareAccelerated) Block<Lane256<T>>(o, first, count);
                else Block<Lane128<T>>(o, first, count);
            }
        }

        void Block<V>(int o, int first, int count) where V : struct, IRegister<V, T>
        {
            long step = reverse ? -inner : inner, place = ((long)o * size * inner) + first + (reverse ? (long)(size - 1) * inner : 0);
            for (int j = 0; j < size; j++, place += step) Row<V>(j == 0 ? null : h + (place - step), a + place, b + place, h + place, count);
        }

        static void Row<V>(T* before, T* factor, T* added, T* target, int count) where V : struct, IRegister<V, T>
        {
            V zero = V.From(0);
            nint i = 0;
            for (; i <= count - V.Count; i += V.Count)
                V.Store((V.Load(ref factor[i]) * (before == null ? zero : V.Load(ref before[i]))) + V.Load(ref added[i]), ref target[i]);
            int rest = count - (int)i;
            if (rest == 0) return;
            V last = before == null ? zero : V.LoadPart(ref before[i], rest, zero);
            V.StorePart((V.LoadPart(ref factor[i], rest, zero) * last) + V.LoadPart(ref added[i], rest, zero), ref target[i], rest);
        }
    }
}
