namespace Adjoint.Kernels;

/// <summary>Transposed copies in tiles that fit a few cache lines each way.</summary>
static unsafe class Transposition
{
    const int Tile = 16;

    /// <summary>target[j, i] = source[i, j] for source [rows, columns].</summary>
    public static void Copy<T>(T* source, nint sourceStep, int rows, int columns, T* target, nint targetStep) where T : unmanaged
    {
        for (int top = 0; top < rows; top += Tile)
        {
            int bottom = Math.Min(rows, top + Tile);
            for (int left = 0; left < columns; left += Tile)
            {
                int right = Math.Min(columns, left + Tile);
                for (int j = left; j < right; j++)
                {
                    T* from = source + (top * sourceStep) + j, to = target + (j * targetStep);
                    for (int i = top; i < bottom; i++, from += sourceStep) to[i] = *from;
                }
            }
        }
    }

    /// <summary>The lower triangle of a square matrix becomes its upper one, or the other way; the old one is cleared where asked.</summary>
    public static void Exchange<T>(T* x, nint step, int size, bool toLower, bool clears) where T : unmanaged
    {
        for (int top = 0; top < size; top += Tile)
        {
            int bottom = Math.Min(size, top + Tile);
            for (int left = top; left < size; left += Tile)
            {
                int right = Math.Min(size, left + Tile);
                for (int i = top; i < bottom; i++)
                {
                    for (int j = Math.Max(left, i + 1); j < right; j++)
                    {
                        T* upper = x + (i * step) + j, lower = x + (j * step) + i;
                        T* from = toLower ? upper : lower, to = toLower ? lower : upper;
                        *to = *from;
                        if (clears) *from = default;
                    }
                }
            }
        }
    }
}
