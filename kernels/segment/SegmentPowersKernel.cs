using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>What is asked of the exponentials of segments.</summary>
public enum SegmentPowers
{
    /// <summary>log Σ e^x, a row a segment.</summary>
    LogSumExp,

    /// <summary>e^x / Σ e^x, a row for each row.</summary>
    Softmax,

    /// <summary>x - log Σ e^x, a row for each row.</summary>
    LogSoftmax,
}

/// <summary>
/// Exponentials within segments, each column for itself, with the segment's largest number taken from all. Layout: dense rows, found by the order of <see cref="SegmentOrderKernel"/>; registers run
/// along columns, or along the rows of a segment where there is one column. Limit: arithmetic of the exponential.
/// </summary>
public static unsafe class SegmentPowersKernel
{
    /// <summary>x [rows, columns]; y [segments, columns] for log Σ e^x, else [rows, columns]. A segment without rows has log Σ e^x = -∞.</summary>
    public static void Run<T>(SegmentPowers kind, T* x, long* order, long* starts, T* y, int rows, int segments, int columns) where T : unmanaged, INumber<T> =>
        SegmentLoop.Run<Powers<T>, T>(new(kind, x, order, starts, y, columns), 8 * rows, segments, columns);

    readonly struct Powers<T>(SegmentPowers kind, T* x, long* order, long* starts, T* y, int width) : ISegmentKernel<T> where T : unmanaged, INumber<T>
    {
        public void Segment<V>(int segment, int firstColumn, int columns) where V : struct, IRegister<V, T>
        {
            if (width == 1) Line<V>(segment);
            else
            {
                for (int i = 0; i < columns; i += V.Count) Columns<V>(segment, firstColumn + i, Math.Min(V.Count, columns - i));
            }
        }

        // Powers of a softmax wait in their own places for their sum.
        void Columns<V>(int segment, int column, int count) where V : struct, IRegister<V, T>
        {
            long first = starts[segment], end = starts[segment + 1];
            V zero = V.From(0), largest = V.From(double.NegativeInfinity), sum = zero;
            for (long p = first; p < end; p++) largest = Larger(largest, Load<V>(x, order[p], column, count));
            V shift = Shift(largest);
            for (long p = first; p < end; p++)
            {
                V power = Elementary.Exp(Load<V>(x, order[p], column, count) - shift);
                sum += power;
                if (kind == SegmentPowers.Softmax) Store(power, order[p], column, count);
            }

            if (kind == SegmentPowers.Softmax)
            {
                for (long p = first; p < end; p++) Store(Load<V>(y, order[p], column, count) / sum, order[p], column, count);
                return;
            }

            V log = Elementary.Log(sum);
            if (kind == SegmentPowers.LogSumExp)
            {
                Store(shift + log, segment, column, count);
                return;
            }

            for (long p = first; p < end; p++) Store(Load<V>(x, order[p], column, count) - shift - log, order[p], column, count);
        }

        // Rows of one number go through registers by way of the stack, from the same places of a register for any segment before.
        void Line<V>(int segment) where V : struct, IRegister<V, T>
        {
            T* part = stackalloc T[V.Count];
            long first = starts[segment], end = starts[segment + 1];
            V lowest = V.From(double.NegativeInfinity), largest = lowest, sum = V.From(0);
            for (long p = first; p < end; p += V.Count) largest = Larger(largest, Bring(part, p, end, lowest));
            V shift = Shift(V.Spread(default(LargerFold), largest));
            for (long p = first; p < end; p += V.Count) sum += Elementary.Exp(Bring(part, p, end, lowest) - shift);
            sum = V.Spread(default(SumFold), sum);
            V log = Elementary.Log(sum);
            if (kind == SegmentPowers.LogSumExp)
            {
                y[segment] = V.First(shift + log);
                return;
            }

            for (long p = first; p < end; p += V.Count)
            {
                V own = Bring(part, p, end, lowest) - shift;
                V.Store(kind == SegmentPowers.Softmax ? Elementary.Exp(own) / sum : own - log, ref *part);
                for (int i = 0; i < Math.Min(V.Count, end - p); i++) y[order[p + i]] = part[i];
            }
        }

        V Bring<V>(T* part, long place, long end, V rest) where V : struct, IRegister<V, T>
        {
            int count = (int)Math.Min(V.Count, end - place);
            for (int i = 0; i < count; i++) part[i] = x[order[place + i]];
            return count == V.Count ? V.Load(ref *part) : V.LoadPart(ref *part, count, rest);
        }

        V Load<V>(T* from, long row, int column, int count) where V : struct, IRegister<V, T>
        {
            T* source = from + (row * width) + column;
            return count == V.Count ? V.Load(ref *source) : V.LoadPart(ref *source, count, V.From(0));
        }

        void Store<V>(V value, long row, int column, int count) where V : struct, IRegister<V, T>
        {
            T* target = y + (row * width) + column;
            if (count == V.Count) V.Store(value, ref *target);
            else V.StorePart(value, ref *target, count);
        }

        // NaN is passed over: it comes back with the exponentials.
        static V Larger<V>(V largest, V x) where V : struct, IRegister<V, T> => V.IfLess(largest, x, x, largest);

        // Of an infinite largest number nothing is taken, so that ∞ - ∞ does not arise.
        static V Shift<V>(V largest) where V : struct, IRegister<V, T> => V.IfEqual(V.Abs(largest), V.Highest, V.From(0), largest);
    }

    readonly struct LargerFold : IReduction
    {
        public V Start<V>() where V : struct, ILane<V> => V.Lowest;

        public V Fold<V>(V sum, V x) where V : struct, ILane<V> => V.IfLess(sum, x, x, sum);
    }
}
