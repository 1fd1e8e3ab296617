using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>
/// Orthogonal and upper triangular factors of matrices with at least as many rows as columns. Layout: columns are turned to rows; blocks of reflectors are made one by one and applied to the rest by products.
/// Limit: arithmetic; for few columns, the making of reflectors.
/// </summary>
public static unsafe class QrKernel
{
    /// <summary>a = q·r for each dense a [rows, columns] of a batch, with q [rows, columns] of orthonormal columns, r [columns, columns] upper triangular and no number on its diagonal negative.</summary>
    public static void Factor<T>(T* a, T* q, T* r, int rows, int columns, int batch) where T : unmanaged, IFloatingPointIeee754<T> =>
        MatrixLoop.Run<Body<T>, T>(new Body<T>((nint)a, (nint)q, (nint)r, rows, columns), batch, columns);

    readonly record struct Body<T>(nint A, nint Q, nint R, int Height, int Width) : IRowKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Rows<V>(int start, int end) where V : struct, IRegister<V, T>
        {
            for (int matrix = start; matrix < end; matrix++)
            {
                long size = (long)Height * Width;
                QrSteps<V, T>.Factor((T*)A + (matrix * size), (T*)Q + (matrix * size), (T*)R + ((long)matrix * Width * Width), Height, Width);
            }
        }
    }
}

static unsafe class QrSteps<V, T>
    where V : struct, IRegister<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Factor(T* a, T* q, T* r, int rows, int columns)
    {
        nint step = rows;
        T* lines = Workspace.Take<T>((long)rows * columns), vectors = Workspace.Take<T>((long)rows * columns), taus = Workspace.Take<T>(columns), diagonal = Workspace.Take<T>(columns);
        Transposition.Copy(a, columns, rows, columns, lines, step);
        for (int first = 0; first < columns; first += Reflectors<V, T>.BlockCount)
        {
            int count = Math.Min(Reflectors<V, T>.BlockCount, columns - first), behind = first + count;
            for (int k = first; k < behind; k++)
            {
                T* v = vectors + (k * step);
                new Span<T>(v, k).Clear();
                Buffer.MemoryCopy(lines + (k * step) + k, v + k, (long)(rows - k) * sizeof(T), (long)(rows - k) * sizeof(T));
                diagonal[k] = Reflectors<V, T>.Make(v + k, rows - k, out taus[k]);
                for (int j = k + 1; j < behind; j++)
                {
                    T* line = lines + (j * step) + k;
                    Vectors<V, T>.AddMultiple(-taus[k] * Vectors<V, T>.Dot(v + k, line, rows - k), v + k, line, rows - k);
                }
            }

            Reflectors<V, T>.Apply(vectors + (first * step) + first, step, taus + first, count, rows - first, lines + (behind * step) + first, step, columns - behind, false);
        }

        new Span<T>(r, columns * columns).Clear();
        for (int column = 0; column < columns; column++)
        {
            for (int row = 0; row < column; row++) r[((nint)row * columns) + column] = lines[(column * step) + row];
            r[((nint)column * columns) + column] = diagonal[column];
        }

        // The rows of qᵀ, from the last block of reflectors to the first.
        for (int k = 0; k < columns; k++)
        {
            new Span<T>(lines + (k * step), rows).Clear();
            lines[(k * step) + k] = T.One;
        }

        for (int first = (columns - 1) / Reflectors<V, T>.BlockCount * Reflectors<V, T>.BlockCount; first >= 0; first -= Reflectors<V, T>.BlockCount)
        {
            int count = Math.Min(Reflectors<V, T>.BlockCount, columns - first);
            nint corner = (first * step) + first;
            Reflectors<V, T>.Apply(vectors + corner, step, taus + first, count, rows - first, lines + corner, step, columns - first, true);
        }

        for (int k = 0; k < columns; k++)
        {
            if (!(diagonal[k] < T.Zero)) continue;
            Vectors<V, T>.Negate(lines + (k * step), rows);
            Vectors<V, T>.Negate(r + ((nint)k * columns) + k, columns - k);
        }

        Transposition.Copy(lines, step, columns, rows, q, columns);
        for (int i = 0; i < 4; i++) Workspace.GiveBack();
    }
}
