using System.Numerics;
using System.Runtime.Intrinsics;

namespace Adjoint.Kernels;

/// <summary>
/// Comparisons to masks, and choices by masks, over strided operands. Layout: a register of mask bytes at a time, against as many registers of numbers as these need;
/// a repeated operand is read from a block that is filled once. Limit: memory bandwidth.
/// </summary>
public static unsafe class SelectKernel
{
    const int Block = 32;
    const int MinimumPerWorker = 32768;

    /// <summary>z = op holds for (x, y); operands 0, 1, 2 of the nest.</summary>
    public static void Compare<TOp, T>(TOp op, in LoopNest nest, T* x, T* y, bool* z)
        where TOp : struct, IComparison
        where T : unmanaged, INumber<T>
    {
        var body = new CompareBody<TOp, T>(op, nest, x, y, z);
        if (nest.Rank == 1) Workers.For(nest.Count, MinimumPerWorker, body);
        else Workers.For(nest.Rows, Math.Max(1, MinimumPerWorker / Math.Max(1, nest.Columns)), body);
    }

    /// <summary>z = op holds for (x, y), for operands with steps 0 or 1; z may be the memory of an operand of one byte an element.</summary>
    public static void CompareDense<TOp, T>(TOp op, T* x, int xStep, T* y, int yStep, bool* z, int count)
        where TOp : struct, IComparison
        where T : unmanaged, INumber<T>
    {
        int i = 0;
        if (count >= Block)
        {
            T* left = stackalloc T[Block], right = stackalloc T[Block];
            if (xStep == 0) new Span<T>(left, Block).Fill(*x);
            else left = x;
            if (yStep == 0) new Span<T>(right, Block).Fill(*y);
            else right = y;
            for (; i <= count - Block; i += Block, left += Block * xStep, right += Block * yStep)
                (Holds(op, left, right) & Vector256<byte>.One).Store((byte*)z + i);
        }

        for (; i < count; i++) z[i] = op.Holds(x[(long)i * xStep], y[(long)i * yStep]);
    }

    // 32 results as bytes of all or no bits: registers of results halve their element size until they are one.
    static Vector256<byte> Holds<TOp, T>(TOp op, T* x, T* y)
        where TOp : struct, IComparison
        where T : unmanaged, INumber<T>
    {
        if (sizeof(T) == 1) return op.Holds(Vector256.Load(x), Vector256.Load(y)).AsByte();
        if (sizeof(T) == 4) return Narrow(Of32(0), Of32(1), Of32(2), Of32(3));
        return Narrow(Of64(0), Of64(1), Of64(2), Of64(3));

        Vector256<int> Of32(int part) => op.Holds(Vector256.Load(x + (part * 8)), Vector256.Load(y + (part * 8))).AsInt32();

        Vector256<int> Of64(int part) => Vector256.Narrow(
            op.Holds(Vector256.Load(x + (part * 8)), Vector256.Load(y + (part * 8))).AsInt64(),
            op.Holds(Vector256.Load(x + (part * 8) + 4), Vector256.Load(y + (part * 8) + 4)).AsInt64());

        static Vector256<byte> Narrow(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d) =>
            Vector256.Narrow(Vector256.Narrow(a, b), Vector256.Narrow(c, d)).AsByte();
    }

    readonly struct CompareBody<TOp, T>(TOp op, LoopNest nest, T* x, T* y, bool* z) : IRangeBody
        where TOp : struct, IComparison
        where T : unmanaged, INumber<T>
    {
        public void Run(int start, int end)
        {
            int xStep = nest.ColumnStride(0), yStep = nest.ColumnStride(1), zStep = nest.ColumnStride(2);
            if (nest.Rank == 1)
            {
                Row(x + ((long)start * xStep), xStep, y + ((long)start * yStep), yStep, z + ((long)start * zStep), zStep, end - start);
                return;
            }

            for (int row = start; row < end; row++)
                Row(x + nest.RowOffset(0, row), xStep, y + nest.RowOffset(1, row), yStep, z + nest.RowOffset(2, row), zStep, nest.Columns);
        }

        void Row(T* x, int xStep, T* y, int yStep, bool* z, int zStep, int count)
        {
            if (zStep == 1 && xStep is 0 or 1 && yStep is 0 or 1) CompareDense(op, x, xStep, y, yStep, z, count);
            else
            {
                for (int i = 0; i < count; i++) z[(long)i * zStep] = op.Holds(x[(long)i * xStep], y[(long)i * yStep]);
            }
        }
    }

    /// <summary>z = mask ? x : y; operands 0 to 3 of the nest are mask, x, y, z.</summary>
    public static void Where<T>(in LoopNest nest, bool* mask, T* x, T* y, T* z) where T : unmanaged
    {
        var body = new WhereBody<T>(nest, mask, x, y, z);
        if (nest.Rank == 1) Workers.For(nest.Count, MinimumPerWorker, body);
        else Workers.For(nest.Rows, Math.Max(1, MinimumPerWorker / Math.Max(1, nest.Columns)), body);
    }

    /// <summary>z = mask ? x : y, for operands with steps 0 or 1; z may be the memory of an operand of the same element size and step 1.</summary>
    public static void WhereDense<T>(bool* mask, int maskStep, T* x, int xStep, T* y, int yStep, T* z, int count) where T : unmanaged
    {
        int i = 0;
        if (count >= Block)
        {
            byte* choice = stackalloc byte[Block];
            T* left = stackalloc T[Block], right = stackalloc T[Block];
            if (maskStep == 0) new Span<byte>(choice, Block).Fill(*(byte*)mask);
            else choice = (byte*)mask;
            if (xStep == 0) new Span<T>(left, Block).Fill(*x);
            else left = x;
            if (yStep == 0) new Span<T>(right, Block).Fill(*y);
            else right = y;
            for (; i <= count - Block; i += Block, choice += Block * maskStep, left += Block * xStep, right += Block * yStep)
                Select(~Vector256.Equals(Vector256.Load(choice), Vector256<byte>.Zero), left, right, z + i);
        }

        for (; i < count; i++)
        {
            T a = x[(long)i * xStep], b = y[(long)i * yStep];
            z[i] = mask[(long)i * maskStep] ? a : b;
        }
    }

    // 32 elements by 32 bytes of all or no bits, which widen to the size of the elements.
    static void Select<T>(Vector256<byte> mask, T* x, T* y, T* z) where T : unmanaged
    {
        if (sizeof(T) == 1)
        {
            Vector256.ConditionalSelect(mask, Vector256.Load((byte*)x), Vector256.Load((byte*)y)).Store((byte*)z);
            return;
        }

        (Vector256<short> low, Vector256<short> high) = Vector256.Widen(mask.AsSByte());
        Half(low, x, y, z);
        Half(high, x + 16, y + 16, z + 16);
    }

    static void Half<T>(Vector256<short> mask, T* x, T* y, T* z) where T : unmanaged
    {
        (Vector256<int> low, Vector256<int> high) = Vector256.Widen(mask);
        if (sizeof(T) == 4)
        {
            Choose(low, (int*)x, (int*)y, (int*)z);
            Choose(high, (int*)x + 8, (int*)y + 8, (int*)z + 8);
            return;
        }

        (Vector256<long> a, Vector256<long> b) = Vector256.Widen(low);
        (Vector256<long> c, Vector256<long> d) = Vector256.Widen(high);
        Choose(a, (long*)x, (long*)y, (long*)z);
        Choose(b, (long*)x + 4, (long*)y + 4, (long*)z + 4);
        Choose(c, (long*)x + 8, (long*)y + 8, (long*)z + 8);
        Choose(d, (long*)x + 12, (long*)y + 12, (long*)z + 12);
    }

    static void Choose<T>(Vector256<T> mask, T* x, T* y, T* z) where T : unmanaged =>
        Vector256.ConditionalSelect(mask, Vector256.Load(x), Vector256.Load(y)).Store(z);

    readonly struct WhereBody<T>(LoopNest nest, bool* mask, T* x, T* y, T* z) : IRangeBody where T : unmanaged
    {
        public void Run(int start, int end)
        {
            int maskStep = nest.ColumnStride(0), xStep = nest.ColumnStride(1), yStep = nest.ColumnStride(2), zStep = nest.ColumnStride(3);
            if (nest.Rank == 1)
            {
                Row(mask + ((long)start * maskStep), maskStep, x + ((long)start * xStep), xStep, y + ((long)start * yStep), yStep, z + ((long)start * zStep), zStep, end - start);
                return;
            }

            for (int row = start; row < end; row++)
            {
                Row(mask + nest.RowOffset(0, row), maskStep, x + nest.RowOffset(1, row), xStep, y + nest.RowOffset(2, row), yStep,
                    z + nest.RowOffset(3, row), zStep, nest.Columns);
            }
        }

        static void Row(bool* mask, int maskStep, T* x, int xStep, T* y, int yStep, T* z, int zStep, int count)
        {
            if (zStep == 1 && maskStep is 0 or 1 && xStep is 0 or 1 && yStep is 0 or 1)
            {
                WhereDense(mask, maskStep, x, xStep, y, yStep, z, count);
                return;
            }

            for (int i = 0; i < count; i++)
            {
                T a = x[(long)i * xStep], b = y[(long)i * yStep];
                z[(long)i * zStep] = mask[(long)i * maskStep] ? a : b;
            }
        }
    }
}
