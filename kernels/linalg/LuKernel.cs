using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>
/// Factors of square matrices with partial pivoting. Layout: halves of the columns follow one another with a triangular solve and a product between (Toledo 1997), down to panels of a register or two, and
/// whole rows are exchanged as soon as a pivot is found. Limit: arithmetic.
/// </summary>
public static unsafe class LuKernel
{
    /// <summary>
    /// l (below the diagonal, ones on it) and u (on and above) of each matrix of a batch in place of it, so that l·u has its rows in the order of <paramref name="order"/>; the sign of that permutation.
    /// A zero pivot is left where it is.
    /// </summary>
    public static void Factor<T>(T* a, long* order, T* sign, int size, int batch) where T : unmanaged, IFloatingPointIeee754<T> =>
        MatrixLoop.Run<Body<T>, T>(new Body<T>((nint)a, (nint)order, (nint)sign, size), batch, size);

    readonly record struct Body<T>(nint A, nint Order, nint Sign, int Size) : IRowKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Rows<V>(int start, int end) where V : struct, IRegister<V, T>
        {
            for (int matrix = start; matrix < end; matrix++)
            {
                long* order = (long*)Order + ((long)matrix * Size);
                for (int i = 0; i < Size; i++) order[i] = i;
                bool isOdd = false;
                LuSteps<V, T>.Factor((T*)A + ((long)matrix * Size * Size), order, Size, 0, Size, ref isOdd);
                ((T*)Sign)[matrix] = isOdd ? -T.One : T.One;
            }
        }
    }
}

/// <summary>Columns of a matrix factorised in place.</summary>
static unsafe class LuSteps<V, T>
    where V : struct, IRegister<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const int PanelColumns = 16;

    public static void Factor(T* a, long* order, int size, int first, int columns, ref bool isOdd)
    {
        if (columns <= PanelColumns)
        {
            Panel(a, order, size, first, columns, ref isOdd);
            return;
        }

        int half = ((columns / 2) + PanelColumns - 1) / PanelColumns * PanelColumns, rest = columns - half, below = first + half;
        Factor(a, order, size, first, half, ref isOdd);
        nint step = size;
        T* top = a + (first * step) + below, lower = a + (below * step) + first;
        TriangularSteps<V, T>.Negated(new TriangularMatrix(half, step, 1, true, true), a + (first * step) + first, top, step, rest);
        MatMulKernel.Run(new MatMulShape(size - below, rest, half, step, 1, step, 1, step), lower, top, a + (below * step) + below, true);
        for (int row = 0; row < half; row++) Vectors<V, T>.Negate(top + (row * step), rest);
        Factor(a, order, size, below, rest, ref isOdd);
    }

    static void Panel(T* a, long* order, int size, int first, int columns, ref bool isOdd)
    {
        nint step = size;
        for (int column = first; column < first + columns; column++)
        {
            T* own = a + (column * step);
            int pivot = column;
            T largest = T.Abs(own[column]);
            for (int row = column + 1; row < size; row++)
            {
                T candidate = T.Abs(a[(row * step) + column]);
                if (!(candidate > largest)) continue;
                largest = candidate;
                pivot = row;
            }

            if (pivot != column)
            {
                Exchange(own, a + (pivot * step), size);
                (order[column], order[pivot]) = (order[pivot], order[column]);
                isOdd = !isOdd;
            }

            T divisor = own[column];
            if (divisor == T.Zero) continue;
            int rest = first + columns - column - 1;
            for (int row = column + 1; row < size; row++)
            {
                T* line = a + (row * step) + column;
                *line /= divisor;
                Vectors<V, T>.AddMultiple(-*line, own + column + 1, line + 1, rest);
            }
        }
    }

    static void Exchange(T* x, T* y, int count)
    {
        nint i = 0, last = count - V.Count;
        for (; i <= last; i += V.Count)
        {
            V first = V.Load(ref x[i]);
            V.Store(V.Load(ref y[i]), ref x[i]);
            V.Store(first, ref y[i]);
        }

        for (; i < count; i++) (x[i], y[i]) = (y[i], x[i]);
    }
}
