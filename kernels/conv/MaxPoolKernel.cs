using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>
/// Maxima of windows with their places, and their transpose. A plane is read once, from the first cache level where windows overlap; planes are shared over threads. The first of equal
/// numbers wins, and a NaN counts as the largest. Limit: compares, one after another within a window.
/// </summary>
public static unsafe class MaxPoolKernel
{
    // Reads that are worth a thread.
    const int MinimumPerWorker = 1 << 15;

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
            for (int j = 0; j < shape.ResultColumns; j++)
            {
                int column = (j * shape.ColumnStride) - shape.ColumnsBefore;
                int first = column, last = column + (shape.ColumnDilation * (shape.WindowColumns - 1));
                if (first < 0 || last >= shape.ImageColumns)
                {
                    first += shape.ColumnDilation * First(column, shape.ColumnDilation);
                    last = column + (shape.ColumnDilation * (Last(column, shape.ColumnDilation, shape.WindowColumns, shape.ImageColumns) - 1));
                }

                int best = ((row + (firstRow * shape.RowDilation)) * shape.ImageColumns) + first;
                T largest = plane[best];
                for (int tap = firstRow; tap < lastRow; tap++)
                {
                    int line = (row + (tap * shape.RowDilation)) * shape.ImageColumns;
                    for (int at = line + first; at <= line + last; at += shape.ColumnDilation)
                    {
                        T candidate = plane[at];
                        // Not "greater than", so that a NaN comes in as well; and a NaN that is there stays.
                        bool takes = !(candidate <= largest) && !T.IsNaN(largest);
                        best = takes ? at : best;
                        largest = takes ? candidate : largest;
                    }
                }

                to[j] = largest;
                place[j] = best;
            }
        }

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
