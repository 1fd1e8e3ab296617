using System.Numerics;
using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>
/// Rows at which the columns of segments are extreme. Layout: dense rows, found by the order of <see cref="SegmentOrderKernel"/>; a segment's best numbers, and their rows counted from its first as numbers of
/// the same type, stay in the first-level cache while its rows pass. Limit: reading the rows.
/// </summary>
public static unsafe class SegmentExtremeKernel
{
    // Row numbers that a f32 holds.
    const long MostRows = 1 << 24;

    /// <summary>y[s, i] = row of the largest (or smallest) x[·, i] of segment s, the first of equals, the first NaN if there is one; -1 for a segment without rows.</summary>
    public static void Run<T>(T* x, long* order, long* starts, long* y, int rows, int segments, int columns, bool largest) where T : unmanaged, INumber<T> =>
        SegmentLoop.Run<Extreme<T>, T>(new(x, order, starts, y, columns, largest), rows, segments, columns);

    readonly struct Extreme<T>(T* x, long* order, long* starts, long* y, int width, bool largest) : ISegmentKernel<T> where T : unmanaged, INumber<T>
    {
        public void Segment<V>(int segment, int firstColumn, int columns) where V : struct, IRegister<V, T>
        {
            long first = starts[segment], end = starts[segment + 1];
            long* target = y + ((long)segment * width) + firstColumn;
            for (int i = 0; i < columns; i++) target[i] = first < end ? order[first] : -1;
            T* best = OrderRoom.Of<T>(2L * columns), places = best + columns;

            // Of more rows than can be counted so, each part's best meet those before.
            for (long part = first; part < end; part += MostRows)
            {
                for (int i = 0; i < columns; i++) best[i] = x[(target[i] * width) + firstColumn + i];
                new Span<T>(places, columns).Fill(-T.One);
                for (long p = part; p < Math.Min(end, part + MostRows); p++) Row<V>(x + (order[p] * width) + firstColumn, best, places, columns, V.From(p - part));
                for (int i = 0; i < columns; i++)
                {
                    long place = long.CreateTruncating(places[i]);
                    if (place >= 0) target[i] = order[part + place];
                }
            }
        }

        void Row<V>(T* row, T* best, T* places, int columns, V place) where V : struct, IRegister<V, T>
        {
            int i = 0;
            for (; i <= columns - V.Count; i += V.Count)
            {
                V value = V.Load(ref best[i]), held = V.Load(ref places[i]), candidate = V.Load(ref row[i]);
                Take(candidate, place, ref value, ref held);
                V.Store(value, ref best[i]);
                V.Store(held, ref places[i]);
            }

            int rest = columns - i;
            if (rest == 0) return;
            V zero = V.From(0), last = V.LoadPart(ref best[i], rest, zero), lastPlace = V.LoadPart(ref places[i], rest, zero);
            Take(V.LoadPart(ref row[i], rest, zero), place, ref last, ref lastPlace);
            V.StorePart(last, ref best[i], rest);
            V.StorePart(lastPlace, ref places[i], rest);
        }

        // A NaN is not below anything, and so is taken; from then on nothing is.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Take<V>(V candidate, V place, ref V value, ref V held) where V : struct, IRegister<V, T>
        {
            V low = largest ? candidate : value, high = largest ? value : candidate;
            V taken = V.IfEqual(value, value, V.IfLessOrEqual(low, high, value, candidate), value);
            held = V.IfEqual(value, value, V.IfLessOrEqual(low, high, held, place), held);
            value = taken;
        }
    }
}
