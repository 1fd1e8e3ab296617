using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>
/// Folds over some axes of a strided operand. Layout: where the reduced axes end in a dense one, registers run along it with four partial results; where the kept axes
/// do, registers run along those and lines are added to the results, which stay in the cache. The order of folding depends on shapes alone, never on threads. Limit: memory bandwidth.
/// </summary>
public static unsafe class ReduceKernel
{
    const int Buffer = 256;
    const int MinimumPerWorker = 16384;
    const int MaxBlocks = 1024;
    const int Strip = 64;

    /// <summary>
    /// Folds x into y. <paramref name="kept"/> visits the outputs (operand 0: x, operand 1: y); <paramref name="reduced"/> the elements of one output (operand 0: x).
    /// </summary>
    public static void Run<TFold, T>(TFold fold, in LoopNest kept, in LoopNest reduced, T* x, T* y)
        where TFold : struct, IReduction
        where T : unmanaged
    {
        if (kept.Count == 0) return;
        if (kept.Count == 1 && reduced.Rank == 1 && reduced.ColumnStride(0) == 1 && reduced.Count > MinimumPerWorker)
        {
            Long<TFold, T>(fold, x + kept.RowOffset(0, 0), reduced.Count, y + kept.RowOffset(1, 0));
            return;
        }

        bool columns = kept.ColumnStride(0) == 1 && kept.ColumnStride(1) == 1 && reduced.Count > 0 && (reduced.ColumnStride(0) != 1 || reduced.Columns == 1);
        if (columns)
        {
            // Workers take strips of columns, which do not change the order of any fold.
            int strips = kept.Rows > 1 ? 1 : Math.Max(1, kept.Columns / Strip);
            int minimum = Math.Max(1, (int)Math.Min(int.MaxValue, (long)MinimumPerWorker * strips / Math.Max(1, reduced.Count * (long)kept.Columns)));
            Workers.For(kept.Rows * strips, minimum, new ColumnsBody<TFold, T>(fold, kept, reduced, x, y, strips));
            return;
        }

        Workers.For(kept.Count, Math.Max(1, MinimumPerWorker / Math.Max(1, reduced.Count)), new RowsBody<TFold, T>(fold, kept, reduced, x, y));
    }

    /// <summary>Fold of a dense row.</summary>
    public static T Row<TFold, T>(TFold fold, T* x, int count)
        where TFold : struct, IReduction
        where T : unmanaged
    {
        if (Vector512.IsHardwareAccelerated) return Row<TFold, T, Lane512<T>>(fold, x, count);
        return Vector256.IsHardwareAccelerated ? Row<TFold, T, Lane256<T>>(fold, x, count) : Row<TFold, T, Lane128<T>>(fold, x, count);
    }

    static T Row<TFold, T, V>(TFold fold, T* x, int count)
        where TFold : struct, IReduction
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        V start = fold.Start<V>();
        V a = start, b = start, c = start, d = start;
        int i = 0;
        for (; i <= count - (4 * V.Count); i += 4 * V.Count)
        {
            a = fold.Fold(a, V.Load(ref x[i]));
            b = fold.Fold(b, V.Load(ref x[i + V.Count]));
            c = fold.Fold(c, V.Load(ref x[i + (2 * V.Count)]));
            d = fold.Fold(d, V.Load(ref x[i + (3 * V.Count)]));
        }

        for (; i <= count - V.Count; i += V.Count) a = fold.Fold(a, V.Load(ref x[i]));
        if (i < count) b = fold.Fold(b, V.LoadPart(ref x[i], count - i, start));
        return V.First(V.Spread(fold, fold.Fold(fold.Fold(a, b), fold.Fold(c, d))));
    }

    // One long dense row: blocks whose cut depends on the length alone are folded side by side, then their results in order.
    static void Long<TFold, T>(TFold fold, T* x, int count, T* y)
        where TFold : struct, IReduction
        where T : unmanaged
    {
        int block = Math.Max(MinimumPerWorker, (count + MaxBlocks - 1) / MaxBlocks);
        int blocks = (count + block - 1) / block;
        T* partial = stackalloc T[blocks];
        Workers.For(blocks, 1, new BlocksBody<TFold, T>(fold, x, count, block, partial));
        *y = Row(fold, partial, blocks);
    }

    readonly struct BlocksBody<TFold, T>(TFold fold, T* x, int count, int block, T* partial) : IRangeBody
        where TFold : struct, IReduction
        where T : unmanaged
    {
        public void Run(int start, int end)
        {
            for (int i = start; i < end; i++) partial[i] = Row(fold, x + ((long)i * block), Math.Min(block, count - (i * block)));
        }
    }

    readonly struct RowsBody<TFold, T>(TFold fold, LoopNest kept, LoopNest reduced, T* x, T* y) : IRangeBody
        where TFold : struct, IReduction
        where T : unmanaged
    {
        public void Run(int start, int end)
        {
            if (kept.Rank == 1 && reduced.Rank == 1 && reduced.ColumnStride(0) == 1)
            {
                nint xStep = kept.ColumnStride(0), yStep = kept.ColumnStride(1);
                for (nint output = start; output < end; output++) y[output * yStep] = Row(fold, x + (output * xStep), reduced.Count);
                return;
            }

            T* buffer = stackalloc T[Buffer];
            for (int output = start; output < end; output++)
            {
                int row = output / kept.Columns, column = output % kept.Columns;
                T* source = x + kept.RowOffset(0, row) + ((long)column * kept.ColumnStride(0));
                y[kept.RowOffset(1, row) + ((long)column * kept.ColumnStride(1))] = One(source, buffer);
            }
        }

        T One(T* source, T* buffer)
        {
            int step = reduced.ColumnStride(0), columns = reduced.Columns;
            if (reduced.Rank == 1 && step == 1) return Row(fold, source, reduced.Count);

            // buffer[0] carries the result so far; the rest is filled with the next elements.
            T carried = Row(fold, source, 0);
            for (int row = 0; row < reduced.Rows; row++)
            {
                T* line = source + reduced.RowOffset(0, row);
                for (int i = 0; i < columns; i += Buffer - 1)
                {
                    int length = Math.Min(Buffer - 1, columns - i);
                    *buffer = carried;
                    Rows.Gather(line + ((long)i * step), step, buffer + 1, length);
                    carried = Row(fold, buffer, length + 1);
                }
            }

            return carried;
        }
    }

    readonly struct ColumnsBody<TFold, T>(TFold fold, LoopNest kept, LoopNest reduced, T* x, T* y, int strips) : IRangeBody
        where TFold : struct, IReduction
        where T : unmanaged
    {
        public void Run(int start, int end)
        {
            for (int i = start; i < end;)
            {
                // Neighbouring strips of one row are one wider strip.
                int row = i / strips, strip = i % strips, next = Math.Min(end - (row * strips), strips);
                int first = strip * Strip, last = next == strips ? kept.Columns : next * Strip;
                i = (row * strips) + next;
                T* source = x + kept.RowOffset(0, row) + first;
                T* target = y + kept.RowOffset(1, row) + first;
                if (Vector512.IsHardwareAccelerated) Fold<Lane512<T>>(source, target, last - first);
                else if (Vector256.IsHardwareAccelerated) Fold<Lane256<T>>(source, target, last - first);
                else Fold<Lane128<T>>(source, target, last - first);
            }
        }

        // The results are the sums so far: four lines of x at a time are added to them in order, so that memory is read along lines.
        void Fold<V>(T* source, T* target, int count) where V : struct, IRegister<V, T>
        {
            V start = fold.Start<V>();
            int whole = count - V.Count;
            for (int i = 0; i < count; i += V.Count)
            {
                if (i <= whole) V.Store(start, ref target[i]);
                else V.StorePart(start, ref target[i], count - i);
            }

            nint step = reduced.ColumnStride(0);
            for (int row = 0; row < reduced.Rows; row++)
            {
                T* line = source + reduced.RowOffset(0, row);
                int k = 0;
                for (; k <= reduced.Columns - 4; k += 4, line += 4 * step) Lines<V>(line, line + step, line + (2 * step), line + (3 * step), target, count);
                for (; k < reduced.Columns; k++, line += step) Line<V>(line, target, count);
            }
        }

        void Lines<V>(T* a, T* b, T* c, T* d, T* target, int count) where V : struct, IRegister<V, T>
        {
            nint i = 0, last = count - V.Count;
            for (; i <= last; i += V.Count)
            {
                V sum = fold.Fold(fold.Fold(V.Load(ref target[i]), V.Load(ref a[i])), V.Load(ref b[i]));
                V.Store(fold.Fold(fold.Fold(sum, V.Load(ref c[i])), V.Load(ref d[i])), ref target[i]);
            }

            int rest = count - (int)i;
            if (rest == 0) return;
            V start = fold.Start<V>();
            V part = fold.Fold(fold.Fold(V.LoadPart(ref target[i], rest, start), V.LoadPart(ref a[i], rest, start)), V.LoadPart(ref b[i], rest, start));
            V.StorePart(fold.Fold(fold.Fold(part, V.LoadPart(ref c[i], rest, start)), V.LoadPart(ref d[i], rest, start)), ref target[i], rest);
        }

        void Line<V>(T* a, T* target, int count) where V : struct, IRegister<V, T>
        {
            nint i = 0, last = count - V.Count;
            for (; i <= last; i += V.Count) V.Store(fold.Fold(V.Load(ref target[i]), V.Load(ref a[i])), ref target[i]);
            int rest = count - (int)i;
            if (rest == 0) return;
            V start = fold.Start<V>();
            V.StorePart(fold.Fold(V.LoadPart(ref target[i], rest, start), V.LoadPart(ref a[i], rest, start)), ref target[i], rest);
        }
    }
}
