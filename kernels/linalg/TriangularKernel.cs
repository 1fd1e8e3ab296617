using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>A triangular matrix in memory: steps in elements, so that a transposed one has them exchanged.</summary>
/// <param name="Order">Rows and columns.</param>
/// <param name="RowStep">From one row to the next.</param>
/// <param name="ColumnStep">From one column to the next.</param>
/// <param name="IsLower">Whether numbers stand on and below the diagonal, else on and above.</param>
/// <param name="HasUnitDiagonal">Whether ones are on the diagonal, whatever is stored there.</param>
public readonly record struct TriangularMatrix(int Order, nint RowStep, nint ColumnStep, bool IsLower, bool HasUnitDiagonal);

/// <summary>
/// Solves triangular systems. Layout: right-hand sides are cut into strips of columns that stay in the second cache level and are shared among threads; in a strip, halves of the triangle are solved one after the
/// other with a matrix product between, down to blocks whose rows are substituted by registers along the strip. Limit: arithmetic.
/// </summary>
public static unsafe class TriangularKernel
{
    // Bytes of a strip's row, and multiplications that are worth a thread.
    const int StripBytes = 2048;
    const long WorkPerThread = 1 << 16;

    /// <summary>Replaces each dense x [order, columns] of a batch by the solution of a·y = x.</summary>
    /// <param name="triangle">How a lies.</param>
    /// <param name="a">The first matrix.</param>
    /// <param name="batchStep">From one matrix to the next; 0 for one that all share.</param>
    /// <param name="x">Right-hand sides, then solutions.</param>
    /// <param name="columns">Right-hand sides of a matrix.</param>
    /// <param name="batch">Number of matrices.</param>
    public static void Solve<T>(in TriangularMatrix triangle, T* a, long batchStep, T* x, int columns, int batch) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (columns == 0 || triangle.Order == 0) return;
        int width = StripBytes / sizeof(T), strips = (columns + width - 1) / width, items = checked(batch * strips);
        var body = new Strips<T>(triangle, a, batchStep, x, columns, width, strips);
        long work = Math.Max(1, (long)triangle.Order * triangle.Order * Math.Min(width, columns) / 2);
        if (items == 1) RowLoop.RunHere<Strips<T>, T>(body, 1);
        else Workers.For(items, (int)Math.Max(1, WorkPerThread / work), new Shared<T>(body));
    }

    /// <summary>The first matrix of a batch with a zero on its diagonal, and the row; -1 if there is none.</summary>
    public static (int Matrix, int Row) FindZero<T>(in TriangularMatrix triangle, T* a, long batchStep, int batch) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (triangle.HasUnitDiagonal) return (-1, -1);
        for (int matrix = 0; matrix < (batchStep == 0 ? Math.Min(batch, 1) : batch); matrix++)
        {
            T* diagonal = a + (matrix * batchStep);
            for (int i = 0; i < triangle.Order; i++, diagonal += triangle.RowStep + triangle.ColumnStep)
            {
                if (*diagonal == T.Zero) return (matrix, i);
            }
        }

        return (-1, -1);
    }

    readonly struct Shared<T>(Strips<T> strips) : IRangeBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run(int start, int end) => RowLoop.RunHere<Strips<T>, T>(strips with { First = start }, end - start);
    }

    readonly record struct Strips<T>(TriangularMatrix Shape, nint A, long BatchStep, nint X, int Columns, int Width, int Count) : IRowKernel<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public Strips(in TriangularMatrix shape, T* a, long batchStep, T* x, int columns, int width, int count) : this(shape, (nint)a, batchStep, (nint)x, columns, width, count)
        {
        }

        public int First { get; init; }

        public void Rows<V>(int start, int end) where V : struct, IRegister<V, T>
        {
            for (int item = First + start; item < First + end; item++)
            {
                int matrix = item / Count, column = (item - (matrix * Count)) * Width, width = Math.Min(Width, Columns - column);
                T* x = (T*)X + ((long)matrix * Shape.Order * Columns) + column, a = (T*)A + (matrix * BatchStep);
                if (width == Columns)
                {
                    TriangularSteps<V, T>.Negated(Shape, a, x, width, width);
                    Vectors<V, T>.Negate(x, checked(Shape.Order * width));
                    continue;
                }

                // Rows of wide right-hand sides are pages apart, so that a strip of them is brought together.
                T* strip = Workspace.Take<T>((long)Shape.Order * width);
                for (int row = 0; row < Shape.Order; row++) new ReadOnlySpan<T>(x + ((nint)row * Columns), width).CopyTo(new Span<T>(strip + ((nint)row * width), width));
                TriangularSteps<V, T>.Negated(Shape, a, strip, width, width);
                for (int row = 0; row < Shape.Order; row++) Vectors<V, T>.CopyNegative(strip + ((nint)row * width), x + ((nint)row * Columns), width);
                Workspace.GiveBack();
            }
        }
    }
}

/// <summary>Solutions with the sign changed, so that what is left of the right-hand sides follows by additions of products.</summary>
static unsafe class TriangularSteps<V, T>
    where V : struct, IRegister<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const int BlockOrder = 32;

    /// <summary>x = -a⁻¹·x for x [order, width] with rows of any distance.</summary>
    public static void Negated(in TriangularMatrix triangle, T* a, T* x, nint xStep, int width) => Part(triangle, a, x, xStep, width, 0, triangle.Order);

    // Rows first … first+count in the order in which they are solved: an upper triangle from its end.
    static void Part(in TriangularMatrix triangle, T* a, T* x, nint xStep, int width, int first, int count)
    {
        if (count <= BlockOrder)
        {
            Block(triangle, a, x, xStep, width, first, count);
            return;
        }

        int half = ((count / 2) + BlockOrder - 1) / BlockOrder * BlockOrder, rest = count - half;
        Part(triangle, a, x, xStep, width, first, half);
        int row = Place(triangle, first + half, rest), column = Place(triangle, first, half);
        MatMulKernel.Run(
            new MatMulShape(rest, width, half, triangle.RowStep, triangle.ColumnStep, xStep, 1, xStep),
            a + (row * triangle.RowStep) + (column * triangle.ColumnStep), x + (column * xStep), x + (row * xStep), true);
        Part(triangle, a, x, xStep, width, first + half, rest);
    }

    // Where a range of rows lies.
    static int Place(in TriangularMatrix triangle, int first, int count) => triangle.IsLower ? first : triangle.Order - first - count;

    static void Block(in TriangularMatrix triangle, T* a, T* x, nint xStep, int width, int first, int count)
    {
        int start = Place(triangle, first, count);
        for (int step = 0; step < count; step++)
        {
            int row = triangle.IsLower ? start + step : start + count - 1 - step, solved = triangle.IsLower ? start : row + 1;
            T* target = x + (row * xStep);
            Vectors<V, T>.AddProducts(a + (row * triangle.RowStep) + (solved * triangle.ColumnStep), triangle.ColumnStep, step, x + (solved * xStep), xStep, target, width);
            if (triangle.HasUnitDiagonal) Vectors<V, T>.Negate(target, width);
            else Divide(a[(row * triangle.RowStep) + (row * triangle.ColumnStep)], target, width);
        }
    }

    // x = -x / pivot
    static void Divide(T pivot, T* x, int count)
    {
        V divisor = V.Repeat(-pivot);
        nint i = 0, last = count - V.Count;
        for (; i <= last; i += V.Count) V.Store(V.Load(ref x[i]) / divisor, ref x[i]);
        for (; i < count; i++) x[i] /= -pivot;
    }
}
