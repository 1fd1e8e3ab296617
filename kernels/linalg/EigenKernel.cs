using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>
/// Eigenvalues and eigenvectors of symmetric matrices: blocked reduction to tridiagonal form, then implicit QL steps whose rotations are kept and applied, many at a time, to strips of the vectors that threads
/// share. Limit: the product of a matrix and a vector for each column of the reduction, from memory for large matrices; then the rotations.
/// </summary>
public static unsafe class EigenKernel
{
    /// <summary>
    /// Values in ascending order and vectors as columns, of symmetric matrices of which the lower triangle is read. The largest number of each vector is positive. A matrix with a NaN or an infinity gives NaN.
    /// </summary>
    public static void Decompose<T>(T* a, T* values, T* vectors, int order, int batch) where T : unmanaged, IFloatingPointIeee754<T> =>
        MatrixLoop.Run<Body<T>, T>(new Body<T>((nint)a, (nint)values, (nint)vectors, order), batch, order);

    readonly record struct Body<T>(nint A, nint Values, nint Vectors, int Order) : IRowKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Rows<V>(int start, int end) where V : struct, IRegister<V, T>
        {
            for (int matrix = start; matrix < end; matrix++)
            {
                long square = (long)Order * Order;
                EigenSteps<V, T>.Decompose((T*)A + (matrix * square), (T*)Values + ((long)matrix * Order), (T*)Vectors + (matrix * square), Order);
            }
        }
    }
}

static unsafe class EigenSteps<V, T>
    where V : struct, IRegister<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Decompose(T* a, T* values, T* vectors, int order)
    {
        T scale = T.Zero;
        for (int row = 0; row < order; row++)
        {
            for (int column = 0; column <= row; column++) scale = T.MaxMagnitude(scale, a[((nint)row * order) + column]);
        }

        scale = T.Abs(scale);
        if (!T.IsFinite(scale))
        {
            new Span<T>(values, order).Fill(T.NaN);
            new Span<T>(vectors, order * order).Fill(T.NaN);
            return;
        }

        if (scale == T.Zero) scale = T.One;
        nint step = order, padded = (order + RotationStrips<V, T>.Width - 1) / RotationStrips<V, T>.Width * RotationStrips<V, T>.Width;
        T* work = Workspace.Take<T>(order * step), reflectors = Workspace.Take<T>(order * step), lines = Workspace.Take<T>(order * padded);
        T* taus = Workspace.Take<T>(order), beside = Workspace.Take<T>(order);
        for (int row = 0; row < order; row++)
        {
            for (int column = 0; column <= row; column++) work[(row * step) + column] = a[(row * step) + column] / scale;
        }

        Transposition.Exchange(work, step, order, toLower: false, clears: false);
        Tridiagonal<V, T>.Reduce(work, reflectors, taus, values, beside, order);
        Tridiagonal<V, T>.Accumulate(reflectors, taus, lines, padded, order);
        if (!TridiagonalSteps<V, T>.Diagonalize(values, beside, lines, padded, order)) new Span<T>(values, order).Fill(T.NaN);
        Sort(values, lines, padded, vectors, order);
        Vectors<V, T>.Scale(scale, values, order);
        for (int i = 0; i < 5; i++) Workspace.GiveBack();
    }

    // Ascending values, and vectors as columns.
    static void Sort(T* values, T* lines, nint step, T* vectors, int order)
    {
        int* places = Workspace.Take<int>(order);
        for (int i = 0; i < order; i++) places[i] = i;
        new Span<T>(values, order).Sort(new Span<int>(places, order));
        for (int i = 0; i < order; i++)
        {
            T* line = lines + (places[i] * step);
            int largest = 0;
            for (int k = 1; k < order; k++) largest = T.Abs(line[k]) > T.Abs(line[largest]) ? k : largest;
            if (line[largest] < T.Zero) Vectors<V, T>.Negate(line, order);
        }

        const int Tile = 16;
        for (int top = 0; top < order; top += Tile)
        {
            for (int i = 0; i < order; i++)
            {
                T* line = lines + (places[i] * step);
                for (int k = top; k < Math.Min(order, top + Tile); k++) vectors[((nint)k * order) + i] = line[k];
            }
        }

        Workspace.GiveBack();
    }
}
