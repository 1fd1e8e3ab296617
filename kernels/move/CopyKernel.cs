namespace Adjoint.Kernels;

/// <summary>Strided copies, fills and casts. Limit: memory bandwidth.</summary>
public static unsafe partial class CopyKernel
{
    const int MinimumPerWorker = 32768;

    /// <summary>y = x; operand 0 of the nest is x, operand 1 is y.</summary>
    public static void Run<T>(in LoopNest nest, T* x, T* y) where T : unmanaged
    {
        var body = new CopyBody<T>(nest, x, y);
        if (nest.Rank == 1) Workers.For(nest.Count, MinimumPerWorker, body);
        else Workers.For(nest.Rows, Math.Max(1, MinimumPerWorker / Math.Max(1, nest.Columns)), body);
    }

    readonly struct CopyBody<T>(LoopNest nest, T* x, T* y) : IRangeBody where T : unmanaged
    {
        public void Run(int start, int end)
        {
            int xStep = nest.ColumnStride(0), yStep = nest.ColumnStride(1);
            if (nest.Rank == 1)
            {
                Row(x + ((long)start * xStep), xStep, y + ((long)start * yStep), yStep, end - start);
                return;
            }

            if (nest.Rank == 2 && xStep == 1 && yStep == 1)
            {
                Rows.Copy(x + nest.RowOffset(0, start), nest.Stride(0, 0), y + nest.RowOffset(1, start), nest.Stride(1, 0), nest.Columns, end - start);
                return;
            }

            for (int row = start; row < end; row++)
                Row(x + nest.RowOffset(0, row), xStep, y + nest.RowOffset(1, row), yStep, nest.Columns);
        }

        static void Row(T* x, int xStep, T* y, int yStep, int count)
        {
            if (yStep == 1 && xStep == 0) new Span<T>(y, count).Fill(*x);
            else if (yStep == 1) Rows.Gather(x, xStep, y, count);
            else
            {
                for (int i = 0; i < count; i++) y[(long)i * yStep] = x[(long)i * xStep];
            }
        }
    }
}
