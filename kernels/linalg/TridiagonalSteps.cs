using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>Implicit QL steps on a symmetric tridiagonal matrix (Bowdler, Martin, Reinsch, Wilkinson 1968). Rotations wait until there are enough of them for a pass over the vectors.</summary>
static unsafe class TridiagonalSteps<V, T>
    where V : struct, IRegister<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const int MaximumSteps = 60, SweepsKept = 32;

    /// <summary>Makes the diagonal eigenvalues and turns the rows of <paramref name="lines"/> to eigenvectors.</summary>
    /// <returns>False if an eigenvalue was not found.</returns>
    public static bool Diagonalize(T* diagonal, T* beside, T* lines, nint step, int order)
    {
        if (order < 2) return true;
        beside[order - 1] = T.Zero;
        var kept = new RotationStrips<V, T>(lines, step, SweepsKept * order);
        bool found = true;
        T least = T.Zero;
        for (int i = 0; i < order; i++) least = T.Max(least, T.Abs(diagonal[i]) + T.Abs(beside[i]));
        least *= T.CreateTruncating((V.IsDouble ? 2.220446049250313e-16 : 1.1920929e-7) / 4);
        for (int low = 0; low < order && found; low++)
        {
            for (int count = 0; ; count++)
            {
                int high = low;
                while (high < order - 1 && !IsNegligible(beside[high], diagonal[high], diagonal[high + 1], least)) high++;
                if (high == low) break;
                found = count < MaximumSteps;
                if (!found) break;
                Step(diagonal, beside, low, high, ref kept);
            }
        }

        kept.Apply();
        RotationStrips<V, T>.GiveBack();
        return found;
    }

    // What rounding of the whole matrix hides counts for nothing too: among many equal eigenvalues, steps would go on shuffling it.
    static bool IsNegligible(T beside, T first, T second, T least)
    {
        if (T.Abs(beside) <= least) return true;
        T size = T.Abs(first) + T.Abs(second);
        return size + T.Abs(beside) == size;
    }

    // One step with Wilkinson's shift on rows low … high, from the end upwards.
    static void Step(T* diagonal, T* beside, int low, int high, ref RotationStrips<V, T> kept)
    {
        T two = T.One + T.One, g = (diagonal[low + 1] - diagonal[low]) / (two * beside[low]);
        g = diagonal[high] - diagonal[low] + (beside[low] / (g + T.CopySign(T.Hypot(g, T.One), g)));
        T sine = T.One, cosine = T.One, shift = T.Zero;
        for (int i = high - 1; i >= low; i--)
        {
            T f = sine * beside[i], b = cosine * beside[i], r = Length(f, g);
            beside[i + 1] = r;
            if (r == T.Zero)
            {
                diagonal[i + 1] -= shift;
                beside[high] = T.Zero;
                return;
            }

            sine = f / r;
            cosine = g / r;
            g = diagonal[i + 1] - shift;
            r = ((diagonal[i] - g) * sine) + (two * cosine * b);
            shift = sine * r;
            diagonal[i + 1] = g + shift;
            g = (cosine * r) - b;
            kept.Add(i, cosine, sine);
        }

        diagonal[low] -= shift;
        beside[low] = g;
        beside[high] = T.Zero;
    }

    // The matrix is scaled, so that squares do not overflow; where they vanish the slow form is taken.
    static T Length(T x, T y)
    {
        T square = (x * x) + (y * y);
        return square > T.CreateTruncating(1e-30) ? T.Sqrt(square) : T.Hypot(x, y);
    }
}

/// <summary>
/// Rotations of neighbouring rows that are kept and applied together. Layout: strips of four registers' columns, shared among threads; a row that the next rotation turns again stays in registers.
/// </summary>
unsafe struct RotationStrips<V, T>(T* lines, nint step, int capacity)
    where V : struct, IRegister<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly int* rows = Workspace.Take<int>(capacity);
    readonly T* turns = Workspace.Take<T>(2L * capacity);
    int count;

    /// <summary>Columns of a strip; rows have a multiple of them.</summary>
    public static int Width => 4 * V.Count;

    /// <summary>Rows i and i+1 become c·first - s·second and s·first + c·second.</summary>
    public void Add(int row, T cosine, T sine)
    {
        if (count == capacity) Apply();
        rows[count] = row;
        turns[2 * count] = cosine;
        turns[(2 * count) + 1] = sine;
        count++;
    }

    /// <summary>Applies what is kept.</summary>
    public void Apply()
    {
        if (count > 0) Workers.For((int)(step / Width), (int)Math.Max(1, (1 << 16) / ((long)count * Width)), new Body((nint)lines, step, (nint)rows, (nint)turns, count));
        count = 0;
    }

    /// <summary>Gives back the room of the last one made.</summary>
    public static void GiveBack()
    {
        Workspace.GiveBack();
        Workspace.GiveBack();
    }

    readonly record struct Body(nint Lines, nint Step, nint RowsOfTurns, nint Turns, int Count) : IRangeBody
    {
        public void Run(int start, int end)
        {
            for (int strip = start; strip < end; strip++) Turn((T*)Lines + ((nint)strip * Width), Step, (int*)RowsOfTurns, (T*)Turns, Count);
        }

        static void Turn(T* lines, nint step, int* rows, T* turns, int count)
        {
            V a = V.From(0), b = a, c = a, d = a;
            int held = -1;
            for (int i = 0; i < count; i++)
            {
                int row = rows[i];
                T* first = lines + (row * step), second = first + step;
                if (row + 1 != held)
                {
                    if (held >= 0) Store(lines + (held * step), a, b, c, d);
                    a = V.Load(ref second[0]);
                    b = V.Load(ref second[V.Count]);
                    c = V.Load(ref second[2 * V.Count]);
                    d = V.Load(ref second[3 * V.Count]);
                }

                V cosine = V.Repeat(turns[2 * i]), sine = V.Repeat(turns[(2 * i) + 1]);
                V p = V.Load(ref first[0]), q = V.Load(ref first[V.Count]), r = V.Load(ref first[2 * V.Count]), s = V.Load(ref first[3 * V.Count]);
                Store(second, V.MultiplyAdd(sine, p, cosine * a), V.MultiplyAdd(sine, q, cosine * b), V.MultiplyAdd(sine, r, cosine * c), V.MultiplyAdd(sine, s, cosine * d));
                a = V.MultiplyAdd(cosine, p, -(sine * a));
                b = V.MultiplyAdd(cosine, q, -(sine * b));
                c = V.MultiplyAdd(cosine, r, -(sine * c));
                d = V.MultiplyAdd(cosine, s, -(sine * d));
                held = row;
            }

            if (held >= 0) Store(lines + (held * step), a, b, c, d);
        }

        static void Store(T* row, V a, V b, V c, V d)
        {
            V.Store(a, ref row[0]);
            V.Store(b, ref row[V.Count]);
            V.Store(c, ref row[2 * V.Count]);
            V.Store(d, ref row[3 * V.Count]);
        }
    }
}
