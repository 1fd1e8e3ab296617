using System.Numerics;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>
/// Running folds along an axis, over dense operands seen as [outer, size, inner], one number after another. Layout: lines of neighbours (inner 1) go four abreast, which hides the latency of a
/// step; else registers run along inner. Threads share lines. Limit: memory; for one line, the latency of a step.
/// </summary>
public static unsafe class ScanKernel
{
    const int MinimumPerWorker = 16384, Abreast = 4;

    /// <summary>y[o, j, i] = fold of x[o, 0 … j, i]; of 0 … j-1 where <paramref name="exclusive"/>; from the last element on where <paramref name="reverse"/>.</summary>
    public static void Run<TScan, T>(T* x, T* y, int outer, int size, int inner, bool reverse, bool exclusive)
        where TScan : struct, IScan
        where T : unmanaged, INumber<T>
    {
        if (size == 0 || inner == 0) return;
        if (inner == 1)
        {
            Workers.For(outer, Math.Max(1, MinimumPerWorker / size), new LineBody<TScan, T>(x, y, size, reverse, exclusive));
            return;
        }

        // Few blocks of rows are cut along inner as well, in pieces of whole cache lines.
        int cuts = Math.Clamp(Math.Min(2 * Workers.Threads / Math.Max(1, outer), inner / 64), 1, 64);
        Workers.For(outer * cuts, Math.Max(1, (int)(MinimumPerWorker / Math.Max(1, (long)size * inner / cuts))), new ColumnBody<TScan, T>(x, y, size, inner, cuts, reverse, exclusive));
    }

    readonly struct LineBody<TScan, T>(T* x, T* y, int size, bool reverse, bool exclusive) : IRangeBody
        where TScan : struct, IScan
        where T : unmanaged, INumber<T>
    {
        public void Run(int start, int end)
        {
            int line = start;
            if (TScan.IsLong && Vector512.IsHardwareAccelerated) Turned<Lane512<T>>(ref line, end);
            else if (TScan.IsLong && Vector256.IsHardwareAccelerated) Turned<Lane256<T>>(ref line, end);
            else if (TScan.IsLong) Turned<Lane128<T>>(ref line, end);
            for (; line <= end - Abreast; line += Abreast) Four(line);
            for (; line < end; line++) One(line);
        }

        // A register holds the same element of as many lines.
        void Turned<V>(ref int line, int end) where V : struct, IRegister<V, T>
        {
            TScan scan = default;
            T* part = stackalloc T[V.Count];
            for (; line <= end - V.Count; line += V.Count)
            {
                long first = (long)line * size, place = reverse ? size - 1 : 0, step = reverse ? -1 : 1;
                V sum = scan.Start<V>();
                for (int j = 0; j < size; j++, place += step)
                {
                    for (int i = 0; i < V.Count; i++) part[i] = x[first + ((long)i * size) + place];
                    V next = scan.Next(sum, V.Load(ref *part));
                    V.Store(exclusive ? sum : next, ref *part);
                    for (int i = 0; i < V.Count; i++) y[first + ((long)i * size) + place] = part[i];
                    sum = next;
                }
            }
        }

        void Four(int line)
        {
            TScan scan = default;
            long place = reverse ? size - 1 : 0, step = reverse ? -1 : 1;
            T* xa = x + ((long)line * size), ya = y + ((long)line * size);
            T* xb = xa + size, xc = xb + size, xd = xc + size, yb = ya + size, yc = yb + size, yd = yc + size;
            T a = scan.StartOne<T>(), b = a, c = a, d = a;
            for (int j = 0; j < size; j++, place += step)
            {
                T na = scan.NextOne(a, xa[place]), nb = scan.NextOne(b, xb[place]), nc = scan.NextOne(c, xc[place]), nd = scan.NextOne(d, xd[place]);
                ya[place] = exclusive ? a : na;
                yb[place] = exclusive ? b : nb;
                yc[place] = exclusive ? c : nc;
                yd[place] = exclusive ? d : nd;
                (a, b, c, d) = (na, nb, nc, nd);
            }
        }

        void One(int line)
        {
            TScan scan = default;
            long place = ((long)line * size) + (reverse ? size - 1 : 0), step = reverse ? -1 : 1;
            T sum = scan.StartOne<T>();
            for (int j = 0; j < size; j++, place += step)
            {
                T next = scan.NextOne(sum, x[place]);
                y[place] = exclusive ? sum : next;
                sum = next;
            }
        }
    }

    readonly struct ColumnBody<TScan, T>(T* x, T* y, int size, int inner, int cuts, bool reverse, bool exclusive) : IRangeBody
        where TScan : struct, IScan
        where T : unmanaged, INumber<T>
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
            long block = ((long)o * size * inner) + first, step = reverse ? -inner : inner;
            long place = block + (reverse ? (long)(size - 1) * inner : 0);
            for (int j = 0; j < size; j++, place += step)
            {
                // What is folded into the row's results: the row before, and its numbers or the row's own.
                T* before = j == 0 ? null : y + (place - step), added = x + (exclusive ? place - step : place);
                Row<V>(before, added, y + place, count, isEmpty: exclusive && j == 0);
            }
        }

        static void Row<V>(T* before, T* added, T* target, int count, bool isEmpty) where V : struct, IRegister<V, T>
        {
            TScan scan = default;
            V start = scan.Start<V>();
            nint i = 0;
            for (; i <= count - V.Count; i += V.Count)
            {
                V sum = before == null ? start : V.Load(ref before[i]);
                V.Store(isEmpty ? start : scan.Next(sum, V.Load(ref added[i])), ref target[i]);
            }

            int rest = count - (int)i;
            if (rest == 0) return;
            V last = before == null ? start : V.LoadPart(ref before[i], rest, start);
            V.StorePart(isEmpty ? start : scan.Next(last, V.LoadPart(ref added[i], rest, start)), ref target[i], rest);
        }
    }
}
