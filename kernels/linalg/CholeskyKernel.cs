using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>
/// Cholesky factors. Layout: the factor is computed as an upper one, whose rows lie dense, and turned at the end; halves of the matrix follow one another with a triangular solve and a product between, down to blocks
/// of which each row is summed in registers. Limit: arithmetic; for matrices of few rows, instructions a row.
/// </summary>
public static unsafe class CholeskyKernel
{
    /// <summary>The lower factor of each symmetric matrix of a batch, of which the lower triangle is read: a = l·lᵀ. Zeros stand above the diagonal.</summary>
    /// <returns>The first matrix that is not positive definite, with the pivot that is not positive; -1 if there is none.</returns>
    public static (int Matrix, int Pivot) Factor<T>(T* a, T* l, int order, int batch) where T : unmanaged, IFloatingPointIeee754<T>
    {
        long failure = Failures.None;
        MatrixLoop.Run<Body<T>, T>(new Body<T>((nint)a, (nint)l, order, (nint)(&failure)), batch, order);
        return failure == Failures.None ? (-1, -1) : ((int)(failure >> 32), (int)(failure & uint.MaxValue));
    }

    readonly record struct Body<T>(nint A, nint L, int Order, nint Failure) : IRowKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Rows<V>(int start, int end) where V : struct, IRegister<V, T>
        {
            for (int matrix = start; matrix < end; matrix++)
            {
                T* a = (T*)A + ((long)matrix * Order * Order), l = (T*)L + ((long)matrix * Order * Order);
                int pivot = Order <= CholeskySteps<V, T>.BlockOrder ? Small<V>(a, l) : Large<V>(a, l);
                if (pivot >= 0) Failures.Note((long*)Failure, matrix, pivot);
            }
        }

        int Large<V>(T* a, T* l) where V : struct, IRegister<V, T>
        {
            Transposition.Copy(a, Order, Order, Order, l, Order);
            int pivot = CholeskySteps<V, T>.Factor(l, Order, Order);
            Transposition.Exchange(l, Order, Order, toLower: true, clears: true);
            return pivot;
        }

        // With room behind each row, so that all of it passes in whole registers.
        int Small<V>(T* a, T* l) where V : struct, IRegister<V, T>
        {
            int step = Order + V.Count;
            T* work = Workspace.Take<T>((long)Order * step);
            new Span<T>(work, Order * step).Clear();
            for (int row = 0; row < Order; row++)
            {
                for (int column = 0; column <= row; column++) work[(column * step) + row] = a[(row * Order) + column];
            }

            int pivot = CholeskySteps<V, T>.Block(work, step, Order, V.Count);
            for (int row = 0; row < Order; row++)
            {
                for (int column = 0; column <= row; column++) l[(row * Order) + column] = work[(column * step) + row];
                new Span<T>(l + (row * Order) + row + 1, Order - row - 1).Clear();
            }

            Workspace.GiveBack();
            return pivot;
        }
    }
}

/// <summary>The upper factor in place of an upper triangle.</summary>
static unsafe class CholeskySteps<V, T>
    where V : struct, IRegister<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const int StripRows = 128;

    /// <summary>The most rows that are taken one by one.</summary>
    public const int BlockOrder = 64;

    /// <summary>u in place of the upper triangle of a = uᵀ·u.</summary>
    /// <returns>The first pivot that is not positive; -1 if there is none.</returns>
    public static int Factor(T* a, nint step, int order)
    {
        if (order <= BlockOrder) return Block(a, step, order, 1);
        int half = ((order / 2) + BlockOrder - 1) / BlockOrder * BlockOrder, rest = order - half;
        int pivot = Factor(a, step, half);
        if (pivot >= 0) return pivot;

        // u12 = u11⁻ᵀ·a12, and its negative for a22 - u12ᵀ·u12.
        T* right = a + half, negative = Workspace.Take<T>((long)half * rest);
        TriangularSteps<V, T>.Negated(new TriangularMatrix(half, 1, step, true, false), a, right, step, rest);
        for (int row = 0; row < half; row++)
        {
            Buffer.MemoryCopy(right + (row * step), negative + ((nint)row * rest), (long)rest * sizeof(T), (long)rest * sizeof(T));
            Vectors<V, T>.Negate(right + (row * step), rest);
        }

        T* corner = a + (half * step) + half;
        for (int top = 0; top < rest; top += StripRows)
        {
            int rows = Math.Min(StripRows, rest - top);
            MatMulKernel.Run(new MatMulShape(rows, rest - top, half, 1, rest, step, 1, step), negative + top, right + top, corner + (top * step) + top, true);
        }

        Workspace.GiveBack();
        pivot = Factor(corner, step, rest);
        return pivot < 0 ? pivot : half + pivot;
    }

    /// <summary>The same row after row: what earlier rows take from it, then the root of its pivot. Rows are passed in multiples of some numbers, for which there is room.</summary>
    public static int Block(T* a, nint step, int order, int multiple)
    {
        T* factors = stackalloc T[BlockOrder];
        for (int row = 0; row < order; row++)
        {
            T* own = a + (row * step) + row;
            int count = (order - row + multiple - 1) / multiple * multiple;
            for (int k = 0; k < row; k++) factors[k] = -a[(k * step) + row];
            Vectors<V, T>.AddProducts(factors, 1, row, a + row, step, own, count);
            T pivot = *own;
            if (!(pivot > T.Zero) || !T.IsFinite(pivot)) return row;
            T root = T.Sqrt(pivot);
            V divisor = V.Repeat(root);
            nint i = 0, last = count - V.Count;
            for (; i <= last; i += V.Count) V.Store(V.Load(ref own[i]) / divisor, ref own[i]);
            for (; i < count; i++) own[i] /= root;
            *own = root;
        }

        return -1;
    }
}
