using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>
/// Singular values and vectors of matrices with at least as many rows as columns, by rotations of pairs of columns until all are orthogonal (Hestenes 1958), which gives small values accurately. Layout: columns are
/// turned to rows. Limit: passes over pairs of rows, from the second cache level.
/// </summary>
public static unsafe class SvdKernel
{
    /// <summary>a = u·s·vᵀ for each dense a [rows, columns] of a batch: u [rows, columns], s [columns] descending, v [columns, columns]. The largest number of each column of v is positive.</summary>
    public static void Decompose<T>(T* a, T* u, T* s, T* v, int rows, int columns, int batch) where T : unmanaged, IFloatingPointIeee754<T> =>
        MatrixLoop.Run<Body<T>, T>(new Body<T>((nint)a, (nint)u, (nint)s, (nint)v, rows, columns), batch, columns);

    readonly record struct Body<T>(nint A, nint U, nint S, nint Right, int Height, int Width) : IRowKernel<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Rows<V>(int start, int end) where V : struct, IRegister<V, T>
        {
            for (int matrix = start; matrix < end; matrix++)
            {
                long size = (long)Height * Width;
                SvdSteps<V, T>.Decompose((T*)A + (matrix * size), (T*)U + (matrix * size), (T*)S + ((long)matrix * Width), (T*)Right + ((long)matrix * Width * Width), Height, Width);
            }
        }
    }
}

static unsafe class SvdSteps<V, T>
    where V : struct, IRegister<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const int MaximumSweeps = 40;

    public static void Decompose(T* a, T* u, T* s, T* v, int rows, int columns)
    {
        nint step = rows;
        T* lines = Workspace.Take<T>((long)rows * columns), turns = Workspace.Take<T>((long)columns * columns), squares = Workspace.Take<T>(columns);
        int* places = Workspace.Take<int>(columns);
        Transposition.Copy(a, columns, rows, columns, lines, step);
        T scale = T.Zero;
        for (nint i = 0; i < columns * step; i++) scale = T.MaxMagnitude(scale, lines[i]);
        scale = T.Abs(scale);
        if (scale > T.Zero) Vectors<V, T>.Scale(T.One / scale, lines, checked((int)(columns * step)));
        new Span<T>(turns, columns * columns).Clear();
        for (int i = 0; i < columns; i++) turns[((nint)i * columns) + i] = T.One;
        for (int sweep = 0; sweep < MaximumSweeps && Sweep(lines, turns, squares, rows, columns); sweep++)
        {
        }

        for (int i = 0; i < columns; i++)
        {
            places[i] = i;
            squares[i] = -T.Sqrt(Vectors<V, T>.Dot(lines + (i * step), lines + (i * step), rows));
        }

        new Span<T>(squares, columns).Sort(new Span<int>(places, columns));
        Normalize(lines, squares, places, rows, columns);
        for (int i = 0; i < columns; i++)
        {
            s[i] = -squares[i] * scale;
            T* own = lines + (places[i] * step), turn = turns + ((nint)places[i] * columns);
            int largest = 0;
            for (int k = 1; k < columns; k++) largest = T.Abs(turn[k]) > T.Abs(turn[largest]) ? k : largest;
            if (turn[largest] < T.Zero)
            {
                Vectors<V, T>.Negate(own, rows);
                Vectors<V, T>.Negate(turn, columns);
            }

            for (int k = 0; k < rows; k++) u[((nint)k * columns) + i] = own[k];
            for (int k = 0; k < columns; k++) v[((nint)k * columns) + i] = turn[k];
        }

        for (int i = 0; i < 4; i++) Workspace.GiveBack();
    }

    // Turns each pair once; whether any was not orthogonal.
    static bool Sweep(T* lines, T* turns, T* squares, int rows, int columns)
    {
        nint step = rows;
        bool turned = false;
        T two = T.One + T.One, tolerance = Epsilon() * T.CreateTruncating(4);
        for (int i = 0; i < columns; i++) squares[i] = Vectors<V, T>.Dot(lines + (i * step), lines + (i * step), rows);
        for (int i = 0; i < columns - 1; i++)
        {
            for (int j = i + 1; j < columns; j++)
            {
                T* first = lines + (i * step), second = lines + (j * step);
                T product = Vectors<V, T>.Dot(first, second, rows);
                if (!(T.Abs(product) > tolerance * T.Sqrt(squares[i] * squares[j]))) continue;
                turned = true;
                T ratio = (squares[j] - squares[i]) / (two * product);
                T tangent = T.CopySign(T.One, ratio) / (T.Abs(ratio) + T.Sqrt(T.FusedMultiplyAdd(ratio, ratio, T.One)));
                T cosine = T.One / T.Sqrt(T.FusedMultiplyAdd(tangent, tangent, T.One)), sine = cosine * tangent;
                Vectors<V, T>.Rotate(first, second, cosine, sine, rows);
                Vectors<V, T>.Rotate(turns + ((nint)i * columns), turns + ((nint)j * columns), cosine, sine, columns);
                squares[i] -= tangent * product;
                squares[j] += tangent * product;
            }
        }

        return turned;
    }

    // Unit vectors; those of values that are zero but for rounding are completed from the axes (negative values stand sorted in lengths).
    static void Normalize(T* lines, T* lengths, int* places, int rows, int columns)
    {
        nint step = rows;
        T least = -lengths[0] * Epsilon() * T.CreateTruncating(2), enough = T.One / T.CreateTruncating(2 * rows);
        for (int i = 0; i < columns; i++)
        {
            T* own = lines + (places[i] * step);
            if (-lengths[i] > least)
            {
                Vectors<V, T>.Scale(T.One / -lengths[i], own, rows);
                continue;
            }

            if (T.IsNaN(lengths[i])) continue;
            for (int axis = 0; axis < rows; axis++)
            {
                new Span<T>(own, rows).Clear();
                own[axis] = T.One;
                TakeAway(lines, places, own, rows, i);
                if (!(Vectors<V, T>.Dot(own, own, rows) > enough)) continue;
                Vectors<V, T>.Scale(T.One / T.Sqrt(Vectors<V, T>.Dot(own, own, rows)), own, rows);
                TakeAway(lines, places, own, rows, i);
                Vectors<V, T>.Scale(T.One / T.Sqrt(Vectors<V, T>.Dot(own, own, rows)), own, rows);
                break;
            }
        }
    }

    static void TakeAway(T* lines, int* places, T* x, int rows, int count)
    {
        for (int i = 0; i < count; i++)
        {
            T* other = lines + ((nint)places[i] * rows);
            Vectors<V, T>.AddMultiple(-Vectors<V, T>.Dot(other, x, rows), other, x, rows);
        }
    }

    static T Epsilon() => T.CreateTruncating(V.IsDouble ? 2.220446049250313e-16 : 1.1920929e-7);
}
