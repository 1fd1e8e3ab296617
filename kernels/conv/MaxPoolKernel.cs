using System.Numerics;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>
/// Maxima of windows with their places, and their transpose. A plane is read once, from the first cache level where windows overlap; planes are shared over threads. The first of equal
/// numbers wins, and a NaN counts as the largest. Limit: compares, one after another within a window.
/// </summary>
public static unsafe class MaxPoolKernel
{
    // Reads that are worth a thread.
    const int MinimumPerWorker = 1 << 11;

    /// <summary>y = the largest number of each window, places = where it is in its plane.</summary>
    public static void Run<T>(in PoolShape shape, T* x, T* y, long* places) where T : unmanaged, IFloatingPointIeee754<T> =>
        Workers.For(shape.Planes, Share(shape, shape.WindowRows * shape.WindowColumns * shape.ResultSize), new Maxima<T>(shape, x, y, places));

    /// <summary>x = 0, then x[place] += y for each window, in the order of the windows.</summary>
    public static void Scatter<T>(in PoolShape shape, T* y, long* places, T* x) where T : unmanaged, INumber<T> =>
        Workers.For(shape.Planes, Share(shape, shape.ImageSize + shape.ResultSize), new Scattered<T>(shape, y, places, x));

    static int Share(in PoolShape shape, long work) => (int)Math.Clamp(MinimumPerWorker / Math.Max(1, work), 1, Math.Max(1, shape.Planes));

    readonly struct Maxima<T>(PoolShape shape, T* x, T* y, long* places) : IRangeBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run(int start, int end)
        {
            for (int plane = start; plane < end; plane++)
            {
                T* from = x + ((long)plane * shape.ImageSize), to = y + ((long)plane * shape.ResultSize);
                long* place = places + ((long)plane * shape.ResultSize);
                for (int i = 0; i < shape.ResultRows; i++, to += shape.ResultColumns, place += shape.ResultColumns) Line(from, i, to, place);
            }
        }

        void Line(T* plane, int i, T* to, long* place)
        {
            int row = (i * shape.RowStride) - shape.RowsBefore, firstRow = First(row, shape.RowDilation), lastRow = Last(row, shape.RowDilation, shape.WindowRows, shape.ImageRows);

            // Whole registers of windows inside the plane; a step of two reads a number more. The last register covers some windows again.
            int reach = (shape.ColumnDilation * (shape.WindowColumns - 1)) + shape.ColumnStride - 1;
            int inside = (shape.ColumnsBefore + shape.ColumnStride - 1) / shape.ColumnStride, end = (shape.ImageColumns - 1 - reach + shape.ColumnsBefore) / shape.ColumnStride;
            end = shape.ImageColumns - 1 - reach + shape.ColumnsBefore < 0 ? inside : Math.Min(end + 1, shape.ResultColumns);
            if (shape.ColumnStride > 2 || end - inside < Vector256<T>.Count) inside = end = 0;
            for (int j = 0; j < inside; j++) One(plane, row, firstRow, lastRow, j, to, place);
            for (int j = inside; j < end; j += Vector256<T>.Count) Several(plane, row, firstRow, lastRow, Math.Min(j, end - Vector256<T>.Count), to, place);
            for (int j = end; j < shape.ResultColumns; j++) One(plane, row, firstRow, lastRow, j, to, place);
        }

        void One(T* plane, int row, int firstRow, int lastRow, int j, T* to, long* place)
        {
            int column = (j * shape.ColumnStride) - shape.ColumnsBefore;
            int first = column + (shape.ColumnDilation * First(column, shape.ColumnDilation));
            int last = column + (shape.ColumnDilation * (Last(column, shape.ColumnDilation, shape.WindowColumns, shape.ImageColumns) - 1));
            int best = ((row + (firstRow * shape.RowDilation)) * shape.ImageColumns) + first;
            T largest = plane[best];
            for (int tap = firstRow; tap < lastRow; tap++)
            {
                int line = (row + (tap * shape.RowDilation)) * shape.ImageColumns;
                for (int at = line + first; at <= line + last; at += shape.ColumnDilation)
                {
                    T candidate = plane[at];

                    // Not "greater than", so that a NaN comes in as well; and a NaN that is there stays.
                    if (candidate <= largest || T.IsNaN(largest)) continue;
                    best = at;
                    largest = candidate;
                }
            }

            to[j] = largest;
            place[j] = best;
        }

        void Several(T* plane, int row, int firstRow, int lastRow, int j, T* to, long* place)
        {
            int start = ((row + (firstRow * shape.RowDilation)) * shape.ImageColumns) + (j * shape.ColumnStride) - shape.ColumnsBefore;
            Vector256<T> largest = Load(plane + start), steps = Steps(), best = Plus(Whole(start), steps);
            for (int tap = firstRow; tap < lastRow; tap++)
            {
                int line = start + ((tap - firstRow) * shape.RowDilation * shape.ImageColumns);
                for (int across = 0; across < shape.WindowColumns; across++)
                {
                    int at = line + (across * shape.ColumnDilation);
                    Vector256<T> candidate = Load(plane + at), stays = Vector256.LessThanOrEqual(candidate, largest) | ~Vector256.Equals(largest, largest);
                    best = Vector256.ConditionalSelect(stays, best, Plus(Whole(at), steps));
                    largest = Vector256.ConditionalSelect(stays, largest, candidate);
                }
            }

            largest.Store(to + j);
            if (typeof(T) == typeof(double))
            {
                best.AsInt64().Store(place + j);
                return;
            }

            Vector256.WidenLower(best.AsInt32()).Store(place + j);
            Vector256.WidenUpper(best.AsInt32()).Store(place + j + (Vector256<T>.Count / 2));
        }

        // Neighbours, or every second number.
        Vector256<T> Load(T* from)
        {
            Vector256<T> first = Vector256.Load(from);
            if (shape.ColumnStride == 1) return first;
            Vector256<T> second = Vector256.Load(from + Vector256<T>.Count);
            if (typeof(T) == typeof(double))
            {
                Vector256<double> a = Vector256.Shuffle(first.AsDouble(), Vector256.Create(0L, 2, 0, 2)), b = Vector256.Shuffle(second.AsDouble(), Vector256.Create(0L, 2, 0, 2));
                return Vector256.Create(a.GetLower(), b.GetLower()).As<double, T>();
            }

            Vector256<float> c = Vector256.Shuffle(first.AsSingle(), Vector256.Create(0, 2, 4, 6, 0, 2, 4, 6)), d = Vector256.Shuffle(second.AsSingle(), Vector256.Create(0, 2, 4, 6, 0, 2, 4, 6));
            return Vector256.Create(c.GetLower(), d.GetLower()).As<float, T>();
        }

        // Places are whole numbers in lanes as wide as T.
        static Vector256<T> Whole(int x) => typeof(T) == typeof(double) ? Vector256.Create((long)x).As<long, T>() : Vector256.Create(x).As<int, T>();

        static Vector256<T> Plus(Vector256<T> x, Vector256<T> y) =>
            typeof(T) == typeof(double) ? (x.AsInt64() + y.AsInt64()).As<long, T>() : (x.AsInt32() + y.AsInt32()).As<int, T>();

        Vector256<T> Steps() => typeof(T) == typeof(double)
            ? (Vector256<long>.Indices * shape.ColumnStride).As<long, T>()
            : (Vector256<int>.Indices * shape.ColumnStride).As<int, T>();

        static int First(int start, int dilation) => start >= 0 ? 0 : (dilation - 1 - start) / dilation;

        static int Last(int start, int dilation, int window, int size) => Math.Min(window, (size - start + dilation - 1) / dilation);
    }

    readonly struct Scattered<T>(PoolShape shape, T* y, long* places, T* x) : IRangeBody where T : unmanaged, INumber<T>
    {
        public void Run(int start, int end)
        {
            for (int plane = start; plane < end; plane++)
            {
                T* to = x + ((long)plane * shape.ImageSize), from = y + ((long)plane * shape.ResultSize);
                long* place = places + ((long)plane * shape.ResultSize);
                new Span<T>(to, shape.ImageSize).Clear();
                for (int i = 0; i < shape.ResultSize; i++) to[place[i]] += from[i];
            }
        }
    }
}
