using System.Numerics;
using System.Runtime.CompilerServices;

namespace Adjoint.Kernels;

/// <summary>Steps of factorisations on contiguous rows. The bits of a number do not depend on its place in the row where no sum runs along the row.</summary>
static unsafe class Vectors<V, T>
    where V : struct, IRegister<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>y += a·x</summary>
    public static void AddMultiple(T a, T* x, T* y, int count)
    {
        V factor = V.Repeat(a);
        nint i = 0, last = count - V.Count;
        for (; i <= last; i += V.Count) V.Store(V.MultiplyAdd(factor, V.Load(ref x[i]), V.Load(ref y[i])), ref y[i]);
        for (; i < count; i++) y[i] = T.FusedMultiplyAdd(a, x[i], y[i]);
    }

    /// <summary>x = a·x</summary>
    public static void Scale(T a, T* x, int count)
    {
        V factor = V.Repeat(a);
        nint i = 0, last = count - V.Count;
        for (; i <= last; i += V.Count) V.Store(factor * V.Load(ref x[i]), ref x[i]);
        for (; i < count; i++) x[i] *= a;
    }

    /// <summary>x = -x</summary>
    public static void Negate(T* x, int count) => CopyNegative(x, x, count);

    /// <summary>y = -x</summary>
    public static void CopyNegative(T* x, T* y, int count)
    {
        nint i = 0, last = count - V.Count;
        for (; i <= last; i += V.Count) V.Store(-V.Load(ref x[i]), ref y[i]);
        for (; i < count; i++) y[i] = -x[i];
    }

    /// <summary>Σ x·y in one order for a given count.</summary>
    public static T Dot(T* x, T* y, int count)
    {
        V a = V.From(0), b = a, c = a, d = a;
        nint i = 0, last = count - V.Count;
        for (; i <= last - (3 * V.Count); i += 4 * V.Count)
        {
            a = V.MultiplyAdd(V.Load(ref x[i]), V.Load(ref y[i]), a);
            b = V.MultiplyAdd(V.Load(ref x[i + V.Count]), V.Load(ref y[i + V.Count]), b);
            c = V.MultiplyAdd(V.Load(ref x[i + (2 * V.Count)]), V.Load(ref y[i + (2 * V.Count)]), c);
            d = V.MultiplyAdd(V.Load(ref x[i + (3 * V.Count)]), V.Load(ref y[i + (3 * V.Count)]), d);
        }

        for (; i <= last; i += V.Count) a = V.MultiplyAdd(V.Load(ref x[i]), V.Load(ref y[i]), a);
        T sum = count >= V.Count ? V.First(V.Spread(default(SumFold), (a + b) + (c + d))) : T.Zero;
        for (; i < count; i++) sum = T.FusedMultiplyAdd(x[i], y[i], sum);
        return sum;
    }

    /// <summary>(x, y) = (c·x - s·y, s·x + c·y)</summary>
    [MethodImpl(Inline)]
    public static void Rotate(T* x, T* y, T c, T s, int count)
    {
        V cosine = V.Repeat(c), sine = V.Repeat(s);
        nint i = 0, last = count - V.Count;
        for (; i <= last; i += V.Count)
        {
            V first = V.Load(ref x[i]), second = V.Load(ref y[i]);
            V.Store(V.MultiplyAdd(cosine, first, -(sine * second)), ref x[i]);
            V.Store(V.MultiplyAdd(sine, first, cosine * second), ref y[i]);
        }

        for (; i < count; i++)
        {
            T first = x[i], second = y[i];
            x[i] = T.FusedMultiplyAdd(c, first, -(s * second));
            y[i] = T.FusedMultiplyAdd(s, first, c * second);
        }
    }

    /// <summary>target += Σ_k factors[k·factorStep]·rows[k·rowStep …], in the order of k; four registers of the target stay where they are while rows pass.</summary>
    public static void AddProducts(T* factors, nint factorStep, int depth, T* rows, nint rowStep, T* target, int count)
    {
        nint i = 0, last = count - V.Count;
        for (; i <= last - (3 * V.Count); i += 4 * V.Count)
        {
            V a = V.Load(ref target[i]), b = V.Load(ref target[i + V.Count]), c = V.Load(ref target[i + (2 * V.Count)]), d = V.Load(ref target[i + (3 * V.Count)]);
            T* row = rows + i, factor = factors;
            for (int k = 0; k < depth; k++, row += rowStep, factor += factorStep)
            {
                V f = V.Repeat(*factor);
                a = V.MultiplyAdd(f, V.Load(ref row[0]), a);
                b = V.MultiplyAdd(f, V.Load(ref row[V.Count]), b);
                c = V.MultiplyAdd(f, V.Load(ref row[2 * V.Count]), c);
                d = V.MultiplyAdd(f, V.Load(ref row[3 * V.Count]), d);
            }

            V.Store(a, ref target[i]);
            V.Store(b, ref target[i + V.Count]);
            V.Store(c, ref target[i + (2 * V.Count)]);
            V.Store(d, ref target[i + (3 * V.Count)]);
        }

        for (; i <= last; i += V.Count)
        {
            V sum = V.Load(ref target[i]);
            T* row = rows + i, factor = factors;
            for (int k = 0; k < depth; k++, row += rowStep, factor += factorStep) sum = V.MultiplyAdd(V.Repeat(*factor), V.Load(ref *row), sum);
            V.Store(sum, ref target[i]);
        }

        for (; i < count; i++)
        {
            T sum = target[i];
            T* row = rows + i, factor = factors;
            for (int k = 0; k < depth; k++, row += rowStep, factor += factorStep) sum = T.FusedMultiplyAdd(*factor, *row, sum);
            target[i] = sum;
        }
    }
}
