using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>
/// Products of k-hot rows with a matrix, without the zeros: sums of the matrix's rows that indices name, and the transpose. An index of -1 names none. Layout: all dense.
/// Sums run in the order of the indices, for any width and any number of threads. Limit: reading the rows, from L2 for the tables of small models.
/// </summary>
public static unsafe class GatherSumKernel
{
    // Numbers read, below which waking a worker costs more than it saves.
    const int MinimumPerWorker = 16384;
    const int Abreast = 4;

    // A table of fewer rows is shared by its columns.
    const int RowsToShare = 16;

    /// <summary>The first index that is neither -1 nor inside 0 … size-1; -1 if all are good.</summary>
    public static int FirstOutOfRange(long* indices, int count, int size)
    {
        for (int i = 0; i < count; i++)
        {
            if ((ulong)(indices[i] + 1) > (ulong)size) return i;
        }

        return -1;
    }

    /// <summary>y[r, :] = bias + Σ_j table[indices[r, j], :] for table [size, width], indices [rows, hot] and y [rows, width]; a null bias is zero.</summary>
    public static void Gather<T>(T* table, long* indices, T* bias, T* y, int rows, int hot, int width) where T : unmanaged, INumber<T> =>
        Workers.For(rows, Math.Max(1, MinimumPerWorker / Math.Max(1, hot * width)), new GatherBody<T>(table, indices, bias, y, hot, width));

    /// <summary>
    /// table = 0, then table[indices[r, j], :] += x[r, :] for x [rows, width], indices [rows, hot] and table [size, width], in the order of r and j. Threads share the columns, or the rows of a table that is
    /// mostly zeros in the end.
    /// </summary>
    public static void Scatter<T>(T* x, long* indices, T* table, int size, int rows, int hot, int width) where T : unmanaged, INumber<T>
    {
        if (size >= RowsToShare)
        {
            int numbersOfRow = (int)Math.Min(int.MaxValue, width * (1 + ((long)rows * hot / size)));
            Workers.For(size, Math.Max(1, MinimumPerWorker / Math.Max(1, numbersOfRow)), new ScatterRowsBody<T>(x, indices, table, rows, hot, width));
            return;
        }

        Workers.For(width, Math.Max(64, MinimumPerWorker / Math.Max(1, rows * hot)), new ScatterColumnsBody<T>(x, indices, table, size, rows, hot, width));
    }

    readonly struct GatherBody<T>(T* table, long* indices, T* bias, T* y, int hot, int width) : IRangeBody where T : unmanaged, INumber<T>
    {
        public void Run(int start, int end)
        {
            for (int row = start; row < end; row++)
            {
                long* places = indices + ((long)row * hot);
                T* target = y + ((long)row * width);
                if (Vector512.IsHardwareAccelerated) Row<Lane512<T>>(places, target);
                else if (Vector256.IsHardwareAccelerated) Row<Lane256<T>>(places, target);
                else Row<Lane128<T>>(places, target);
            }
        }

        void Row<V>(long* places, T* target) where V : struct, IRegister<V, T>
        {
            int i = 0;
            for (; i <= width - (Abreast * V.Count); i += Abreast * V.Count)
            {
                V a = Start<V>(i), b = Start<V>(i + V.Count), c = Start<V>(i + (2 * V.Count)), d = Start<V>(i + (3 * V.Count));
                for (int j = 0; j < hot; j++)
                {
                    if (places[j] < 0) continue;
                    T* source = table + (places[j] * width) + i;
                    a += V.Load(ref *source);
                    b += V.Load(ref source[V.Count]);
                    c += V.Load(ref source[2 * V.Count]);
                    d += V.Load(ref source[3 * V.Count]);
                }

                V.Store(a, ref target[i]);
                V.Store(b, ref target[i + V.Count]);
                V.Store(c, ref target[i + (2 * V.Count)]);
                V.Store(d, ref target[i + (3 * V.Count)]);
            }

            while (i < width)
            {
                if (width < V.Count)
                {
                    One(places, target, i++);
                    continue;
                }

                // The last register may overlap the one before, which it gives the same bits.
                i = Math.Min(i, width - V.Count);
                V sum = Start<V>(i);
                for (int j = 0; j < hot; j++)
                {
                    if (places[j] >= 0) sum += V.Load(ref table[(places[j] * width) + i]);
                }

                V.Store(sum, ref target[i]);
                i += V.Count;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        V Start<V>(int column) where V : struct, IRegister<V, T> => bias == null ? V.From(0) : V.Load(ref bias[column]);

        void One(long* places, T* target, int column)
        {
            T sum = bias == null ? T.Zero : bias[column];
            for (int j = 0; j < hot; j++)
            {
                if (places[j] >= 0) sum += table[(places[j] * width) + column];
            }

            target[column] = sum;
        }
    }

    readonly struct ScatterColumnsBody<T>(T* x, long* indices, T* table, int size, int rows, int hot, int width) : IRangeBody where T : unmanaged, INumber<T>
    {
        public void Run(int start, int end) => ScatterPart(x, indices, table, rows, hot, width, 0, size, start, end);
    }

    readonly struct ScatterRowsBody<T>(T* x, long* indices, T* table, int rows, int hot, int width) : IRangeBody where T : unmanaged, INumber<T>
    {
        public void Run(int start, int end) => ScatterPart(x, indices, table, rows, hot, width, start, end, 0, width);
    }

    // Some columns of some of the table's rows.
    static void ScatterPart<T>(T* x, long* indices, T* table, int rows, int hot, int width, int firstPlace, int endPlace, int firstColumn, int endColumn) where T : unmanaged, INumber<T>
    {
        int columns = endColumn - firstColumn;
        if (columns == width) new Span<T>(table + ((long)firstPlace * width), checked((endPlace - firstPlace) * width)).Clear();
        else
        {
            for (int place = firstPlace; place < endPlace; place++) new Span<T>(table + ((long)place * width) + firstColumn, columns).Clear();
        }

        for (int row = 0; row < rows; row++)
        {
            T* source = x + ((long)row * width) + firstColumn;
            for (int j = 0; j < hot; j++)
            {
                long place = indices[((long)row * hot) + j];
                if (place >= firstPlace && place < endPlace) AddRow.Run(source, table + (place * width) + firstColumn, columns);
            }
        }
    }
}
