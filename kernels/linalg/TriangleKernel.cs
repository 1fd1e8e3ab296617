using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>Copies of triangles. Limit: memory bandwidth.</summary>
public static unsafe class TriangleKernel
{
    const int MinimumPerWorker = 1 << 15;

    /// <summary>y = x where column - row is at most (lower) or at least (upper) the offset, zero elsewhere, with a factor on the main diagonal, for dense [batch, rows, columns].</summary>
    public static void Run<T>(T* x, T* y, int batch, int rows, int columns, bool isLower, int offset, T diagonal) where T : unmanaged, IFloatingPointIeee754<T> =>
        Workers.For(batch * rows, MinimumPerWorker / Math.Max(1, columns), new Body<T>((nint)x, (nint)y, rows, columns, isLower, offset, diagonal));

    readonly record struct Body<T>(nint X, nint Y, int Rows, int Columns, bool IsLower, int Offset, T Diagonal) : IRangeBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run(int start, int end)
        {
            for (int line = start; line < end; line++)
            {
                int row = line % Rows;
                var source = new ReadOnlySpan<T>((T*)X + ((long)line * Columns), Columns);
                var target = new Span<T>((T*)Y + ((long)line * Columns), Columns);
                long edge = (long)row + Offset;
                int first = IsLower ? 0 : (int)Math.Clamp(edge, 0, Columns), behind = IsLower ? (int)Math.Clamp(edge + 1, 0, Columns) : Columns;
                target[..first].Clear();
                source[first..behind].CopyTo(target[first..]);
                target[behind..].Clear();
                if (row >= first && row < behind) target[row] *= Diagonal;
            }
        }
    }
}
