using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>
/// y = op(x) over strided operands. Layout: the innermost loop is vectorised where x is dense there, a repeated x is computed once, other strides pass
/// through a small buffer. Every element goes through the same register code, tails included, so its bits do not depend on its position.
/// Limit: memory bandwidth for cheap operators, arithmetic for transcendental ones.
/// </summary>
public static unsafe class UnaryKernel
{
    const int Buffer = 256;
    const int MinimumPerWorker = 16384;

    /// <summary>Runs the operator; operand 0 of the nest is x, operand 1 is y.</summary>
    public static void Run<TOp, T>(TOp op, in LoopNest nest, T* x, T* y)
        where TOp : struct, IUnaryOperator
        where T : unmanaged
    {
        var body = new Body<TOp, T>(op, nest, x, y);
        if (nest.Rank == 1) Workers.For(nest.Count, MinimumPerWorker, body);
        else Workers.For(nest.Rows, Math.Max(1, MinimumPerWorker / Math.Max(1, nest.Columns)), body);
    }

    /// <summary>Runs the operator over dense operands. Few elements, which are most of what eager code runs, need neither a nest nor a look at the workers.</summary>
    public static void Run<TOp, T>(TOp op, T* x, T* y, int count)
        where TOp : struct, IUnaryOperator
        where T : unmanaged
    {
        if (count < 2 * MinimumPerWorker) Dense(op, x, y, count);
        else Run(op, LoopNest.Dense(count), x, y);
    }

    readonly struct Body<TOp, T>(TOp op, LoopNest nest, T* x, T* y) : IRangeBody
        where TOp : struct, IUnaryOperator
        where T : unmanaged
    {
        public void Run(int start, int end)
        {
            int xStep = nest.ColumnStride(0), yStep = nest.ColumnStride(1);
            if (nest.Rank == 1)
            {
                Strided<TOp, T>(op, x + ((long)start * xStep), xStep, y + ((long)start * yStep), yStep, end - start);
                return;
            }

            for (int row = start; row < end; row++)
                Strided<TOp, T>(op, x + nest.RowOffset(0, row), xStep, y + nest.RowOffset(1, row), yStep, nest.Columns);
        }
    }

    static void Strided<TOp, T>(TOp op, T* x, int xStep, T* y, int yStep, int count)
        where TOp : struct, IUnaryOperator
        where T : unmanaged
    {
        if (xStep == 1 && yStep == 1)
        {
            Dense(op, x, y, count);
            return;
        }

        if (xStep == 0)
        {
            T value;
            Dense(op, x, &value, 1);
            Rows.Scatter(&value, 0, y, yStep, count);
            return;
        }

        T* buffer = stackalloc T[Buffer];
        for (int i = 0; i < count; i += Buffer)
        {
            int length = Math.Min(Buffer, count - i);
            Rows.Gather(x + ((long)i * xStep), xStep, buffer, length);
            Dense(op, buffer, buffer, length);
            Rows.Scatter(buffer, 1, y + ((long)i * yStep), yStep, length);
        }
    }

    /// <summary>Contiguous x and y, which may be the same memory.</summary>
    public static void Dense<TOp, T>(TOp op, T* x, T* y, int count)
        where TOp : struct, IUnaryOperator
        where T : unmanaged
    {
        if (Vector512.IsHardwareAccelerated) Dense<TOp, T, Lane512<T>>(op, x, y, count);
        else if (Vector256.IsHardwareAccelerated) Dense<TOp, T, Lane256<T>>(op, x, y, count);
        else Dense<TOp, T, Lane128<T>>(op, x, y, count);
    }

    static void Dense<TOp, T, V>(TOp op, T* x, T* y, int count)
        where TOp : struct, IUnaryOperator
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        nint i = TOp.InPairs && count >= 2 * V.Count ? Pairs<TOp, T, V>(op, x, y, count) : 0, last = count - V.Count;
        for (; i <= last; i += V.Count) V.Store(op.Apply(V.Load(ref x[i])), ref y[i]);
        int rest = count - (int)i;
        if (rest > 0) V.StorePart(op.Apply(V.LoadPart(ref x[i], rest, V.Repeat(x[i]))), ref y[i], rest);
    }

    /// <summary>As many elements as fill two registers again and again; their number. A method of its own, because the compiler inlines less in a method that has more.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static nint Pairs<TOp, T, V>(TOp op, T* x, T* y, int count)
        where TOp : struct, IUnaryOperator
        where T : unmanaged
        where V : struct, IRegister<V, T>
    {
        nint i = 0, last = count - (2 * V.Count);
        for (; i <= last; i += 2 * V.Count)
        {
            Pair<V> result = op.Apply(new Pair<V>(V.Load(ref x[i]), V.Load(ref x[i + V.Count])));
            V.Store(result.First, ref y[i]);
            V.Store(result.Second, ref y[i + V.Count]);
        }

        return i;
    }
}
