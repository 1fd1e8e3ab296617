using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>
/// z = op(x, y) over strided operands, with one of them repeated or both dense in the innermost loop; other strides pass through small buffers.
/// Every element goes through the same register code, tails included. Limit: memory bandwidth.
/// </summary>
public static unsafe class BinaryKernel
{
    const int Buffer = 256;
    const int MinimumPerWorker = 16384;

    /// <summary>Runs the operator; operands 0, 1, 2 of the nest are x, y, z.</summary>
    public static void Run<TOp, T>(TOp op, in LoopNest nest, T* x, T* y, T* z)
        where TOp : struct, IBinaryOperator
        where T : unmanaged
    {
        var body = new Body<TOp, T>(op, nest, x, y, z);
        if (nest.Rank == 1) Workers.For(nest.Count, MinimumPerWorker, body);
        else Workers.For(nest.Rows, Math.Max(1, MinimumPerWorker / Math.Max(1, nest.Columns)), body);
    }

    /// <summary>Runs the operator over dense operands. Few elements, which are most of what eager code runs, need neither a nest nor a look at the workers.</summary>
    public static void Run<TOp, T>(TOp op, T* x, T* y, T* z, int count)
        where TOp : struct, IBinaryOperator
        where T : unmanaged
    {
        if (count < 2 * MinimumPerWorker) Dense(op, x, 1, y, 1, z, count);
        else Run(op, LoopNest.Dense(count), x, y, z);
    }

    readonly struct Body<TOp, T>(TOp op, LoopNest nest, T* x, T* y, T* z) : IRangeBody
        where TOp : struct, IBinaryOperator
        where T : unmanaged
    {
        public void Run(int start, int end)
        {
            int xStep = nest.ColumnStride(0), yStep = nest.ColumnStride(1), zStep = nest.ColumnStride(2);
            if (nest.Rank == 1)
            {
                Strided<TOp, T>(op, x + ((long)start * xStep), xStep, y + ((long)start * yStep), yStep, z + ((long)start * zStep), zStep, end - start);
                return;
            }

            for (int row = start; row < end; row++)
                Strided<TOp, T>(op, x + nest.RowOffset(0, row), xStep, y + nest.RowOffset(1, row), yStep, z + nest.RowOffset(2, row), zStep, nest.Columns);
        }
    }

    static void Strided<TOp, T>(TOp op, T* x, int xStep, T* y, int yStep, T* z, int zStep, int count)
        where TOp : struct, IBinaryOperator
        where T : unmanaged
    {
        if (zStep == 1 && xStep is 0 or 1 && yStep is 0 or 1)
        {
            Dense(op, x, xStep, y, yStep, z, count);
            return;
        }

        T* left = stackalloc T[Buffer], right = stackalloc T[Buffer];
        for (int i = 0; i < count; i += Buffer)
        {
            int length = Math.Min(Buffer, count - i);
            Rows.Gather(x + ((long)i * xStep), xStep, left, length);
            Rows.Gather(y + ((long)i * yStep), yStep, right, length);
            Dense(op, left, 1, right, 1, left, length);
            Rows.Scatter(left, 1, z + ((long)i * zStep), zStep, length);
        }
    }

    /// <summary>Operands with steps 0 or 1; z may be the memory of x or y where their step is 1.</summary>
    public static void Dense<TOp, T>(TOp op, T* x, int xStep, T* y, int yStep, T* z, int count)
        where TOp : struct, IBinaryOperator
        where T : unmanaged
    {
        if (count == 0) return;
        if (Vector512.IsHardwareAccelerated) Dense<TOp, T, Lane512<T>>(op, x, xStep, y, yStep, z, count);
        else if (Vector256.IsHardwareAccelerated) Dense<TOp, T, Lane256<T>>(op, x, xStep, y, yStep, z, count);
        else Dense<TOp, T, Lane128<T>>(op, x, xStep, y, yStep, z, count);
    }

    static void Dense<TOp, T, V>(TOp op, T* x, int xStep, T* y, int yStep, T* z, int count)
        where TOp : struct, IBinaryOperator
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        // Repeated operands are read before anything is written.
        V left = V.Repeat(*x), right = V.Repeat(*y);
        nint i = 0, last = count - V.Count;
        if (xStep == 1 && yStep == 1)
        {
            for (; i <= last; i += V.Count) V.Store(op.Apply(V.Load(ref x[i]), V.Load(ref y[i])), ref z[i]);
        }
        else if (yStep == 1)
        {
            for (; i <= last; i += V.Count) V.Store(op.Apply(left, V.Load(ref y[i])), ref z[i]);
        }
        else if (xStep == 1)
        {
            for (; i <= last; i += V.Count) V.Store(op.Apply(V.Load(ref x[i]), right), ref z[i]);
        }
        else
        {
            V value = op.Apply(left, right);
            for (; i <= last; i += V.Count) V.Store(value, ref z[i]);
        }

        int rest = count - (int)i;
        if (rest == 0) return;
        if (xStep == 1) left = V.LoadPart(ref x[i], rest, V.Repeat(x[i]));
        if (yStep == 1) right = V.LoadPart(ref y[i], rest, V.Repeat(y[i]));
        V.StorePart(op.Apply(left, right), ref z[i], rest);
    }
}
