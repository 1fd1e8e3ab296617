using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>Householder reflectors, one by one and as blocks (Schreiber, Van Loan 1989). Vectors are rows.</summary>
static unsafe class Reflectors<V, T>
    where V : struct, IRegister<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Reflectors of a block.</summary>
    public const int BlockCount = 32;

    /// <summary>The v = (1, …) in place of x and the tau with (1 - tau·v·vᵀ)·x = (result, 0, …).</summary>
    public static T Make(T* x, int count, out T tau)
    {
        T first = x[0], largest = T.Zero;
        for (int i = 1; i < count; i++) largest = T.MaxMagnitude(largest, x[i]);
        x[0] = T.One;
        tau = T.Zero;
        if (largest == T.Zero) return first;

        // Scaled, so that squares neither overflow nor vanish.
        T scale = T.MaxMagnitude(largest, first);
        scale = T.Abs(scale);
        Vectors<V, T>.Scale(T.One / scale, x + 1, count - 1);
        T head = first / scale, norm = T.Sqrt(T.FusedMultiplyAdd(head, head, Vectors<V, T>.Dot(x + 1, x + 1, count - 1)));
        T result = head > T.Zero ? -norm : norm;
        tau = (result - head) / result;
        Vectors<V, T>.Scale(T.One / (head - result), x + 1, count - 1);
        return result * scale;
    }

    /// <summary>
    /// c = c·(1 - v·t·vᵀ), or with tᵀ, which multiplies by the reflectors in their order or its opposite, for dense rows v [count, length] of reflectors and c [rows, length] of any row distance.
    /// </summary>
    public static void Apply(T* v, nint step, T* taus, int count, int length, T* c, nint targetStep, int rows, bool isOpposite)
    {
        if (count == 0 || rows == 0) return;
        T* t = Workspace.Take<T>((long)count * count), gram = Workspace.Take<T>((long)count * count);
        T* products = Workspace.Take<T>((long)rows * count), turned = Workspace.Take<T>((long)rows * count);
        MatMulKernel.Run(new MatMulShape(count, count, length, step, 1, 1, step, count), v, v, gram, false);
        Factor(gram, taus, t, count);
        MatMulKernel.Run(new MatMulShape(rows, count, length, targetStep, 1, 1, step, count), c, v, products, false);
        MatMulKernel.Run(new MatMulShape(rows, count, count, count, 1, isOpposite ? 1 : count, isOpposite ? count : 1, count), products, t, turned, false);
        MatMulKernel.Run(new MatMulShape(rows, length, count, count, 1, step, 1, targetStep), turned, v, c, true);
        for (int i = 0; i < 4; i++) Workspace.GiveBack();
    }

    // The negative of the upper triangular t.
    static void Factor(T* gram, T* taus, T* t, int count)
    {
        new Span<T>(t, count * count).Clear();
        for (int column = 0; column < count; column++)
        {
            t[(column * count) + column] = -taus[column];
            for (int row = 0; row < column; row++)
            {
                T sum = T.Zero;
                for (int k = row; k < column; k++) sum = T.FusedMultiplyAdd(t[(row * count) + k], gram[(k * count) + column], sum);
                t[(row * count) + column] = -taus[column] * sum;
            }
        }
    }
}
