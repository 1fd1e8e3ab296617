using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>Comparisons to masks, and choices by masks, over strided operands. Limit: memory bandwidth.</summary>
public static unsafe class SelectKernel
{
    /// <summary>z = op holds for (x, y); operands 0, 1, 2 of the nest.</summary>
    public static void Compare<TOp, T>(TOp op, in LoopNest nest, T* x, T* y, bool* z)
        where TOp : struct, IComparison
        where T : unmanaged, INumber<T>
    {
        int xStep = nest.ColumnStride(0), yStep = nest.ColumnStride(1), zStep = nest.ColumnStride(2), columns = nest.Columns;
        for (int row = 0; row < nest.Rows; row++)
        {
            T* left = x + nest.RowOffset(0, row), right = y + nest.RowOffset(1, row);
            bool* target = z + nest.RowOffset(2, row);
            for (int i = 0; i < columns; i++) target[(long)i * zStep] = op.Holds(left[(long)i * xStep], right[(long)i * yStep]);
        }
    }

    /// <summary>z = mask ? x : y; operands 0 to 3 of the nest are mask, x, y, z.</summary>
    public static void Where<T>(in LoopNest nest, bool* mask, T* x, T* y, T* z) where T : unmanaged
    {
        int maskStep = nest.ColumnStride(0), xStep = nest.ColumnStride(1), yStep = nest.ColumnStride(2), zStep = nest.ColumnStride(3), columns = nest.Columns;
        for (int row = 0; row < nest.Rows; row++)
        {
            bool* choice = mask + nest.RowOffset(0, row);
            T* left = x + nest.RowOffset(1, row), right = y + nest.RowOffset(2, row);
            T* target = z + nest.RowOffset(3, row);
            for (int i = 0; i < columns; i++)
            {
                T a = left[(long)i * xStep], b = right[(long)i * yStep];
                target[(long)i * zStep] = choice[(long)i * maskStep] ? a : b;
            }
        }
    }
}
