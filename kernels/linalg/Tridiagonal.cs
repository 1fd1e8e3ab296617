using System.Numerics;

namespace Adjoint.Kernels;

/// <summary>Reduction of a symmetric matrix to tridiagonal form by blocks of reflectors, of which each takes one product of the matrix and a vector (Dongarra, Hammarling, Sorensen 1989).</summary>
static unsafe class Tridiagonal<V, T>
    where V : struct, IRegister<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const int BlockCount = 32;

    /// <summary>
    /// The diagonal and what stands beside it of qᵀ·a·q for a full symmetric a, which is overwritten. Reflector k, whose product in order is q, is row k of <paramref name="reflectors"/> and starts behind k.
    /// </summary>
    public static void Reduce(T* a, T* reflectors, T* taus, T* diagonal, T* beside, int order)
    {
        nint step = order;
        T* partners = Workspace.Take<T>(BlockCount * step), factors = Workspace.Take<T>(BlockCount);
        for (int first = 0; first < order - 2; first += BlockCount)
        {
            int count = Math.Min(BlockCount, order - 2 - first);
            T* vectors = reflectors + (first * step);
            for (int i = 0; i < count; i++)
            {
                int k = first + i, rest = order - k - 1;
                T* row = a + (k * step) + k, v = vectors + (i * step), w = partners + (i * step);

                // What earlier reflectors of the block take from the row.
                for (int j = 0; j < i; j++) factors[j] = -vectors[(j * step) + k];
                Vectors<V, T>.AddProducts(factors, 1, i, partners + k, step, row, rest + 1);
                for (int j = 0; j < i; j++) factors[j] = -partners[(j * step) + k];
                Vectors<V, T>.AddProducts(factors, 1, i, vectors + k, step, row, rest + 1);
                diagonal[k] = row[0];
                new Span<T>(v, k + 1).Clear();
                Buffer.MemoryCopy(row + 1, v + k + 1, (long)rest * sizeof(T), (long)rest * sizeof(T));
                beside[k] = Reflectors<V, T>.Make(v + k + 1, rest, out taus[k]);

                // w = tau·(a - v·wᵀ - w·vᵀ)·v, less the part along v that the similarity takes twice.
                T* own = v + k + 1, partner = w + k + 1;
                MatMulKernel.Run(new MatMulShape(rest, 1, rest, step, 1, 1, 1, 1), a + ((k + 1) * step) + k + 1, own, partner, false);
                for (int j = 0; j < i; j++) factors[j] = -Vectors<V, T>.Dot(partners + (j * step) + k + 1, own, rest);
                Vectors<V, T>.AddProducts(factors, 1, i, vectors + k + 1, step, partner, rest);
                for (int j = 0; j < i; j++) factors[j] = -Vectors<V, T>.Dot(vectors + (j * step) + k + 1, own, rest);
                Vectors<V, T>.AddProducts(factors, 1, i, partners + k + 1, step, partner, rest);
                Vectors<V, T>.Scale(taus[k], partner, rest);
                T half = T.CreateTruncating(-0.5) * taus[k] * Vectors<V, T>.Dot(partner, own, rest);
                Vectors<V, T>.AddMultiple(half, own, partner, rest);
            }

            Update(a, vectors, partners, order, first + count, count);
        }

        if (order >= 2)
        {
            T* corner = a + ((order - 2) * step) + order - 2;
            diagonal[order - 2] = corner[0];
            beside[order - 2] = corner[step];
        }

        if (order > 0) diagonal[order - 1] = a[((order - 1) * step) + order - 1];
        Workspace.GiveBack();
        Workspace.GiveBack();
    }

    // a -= v·wᵀ + w·vᵀ from a row and column on, as one product.
    static void Update(T* a, T* vectors, T* partners, int order, int first, int count)
    {
        nint step = order;
        int rest = order - first;
        T* left = Workspace.Take<T>(2L * count * rest), right = Workspace.Take<T>(2L * count * rest);
        for (int i = 0; i < count; i++)
        {
            var v = new ReadOnlySpan<T>(vectors + (i * step) + first, rest);
            var w = new ReadOnlySpan<T>(partners + (i * step) + first, rest);
            v.CopyTo(new Span<T>(left + ((nint)i * rest), rest));
            w.CopyTo(new Span<T>(left + ((nint)(count + i) * rest), rest));
            w.CopyTo(new Span<T>(right + ((nint)i * rest), rest));
            v.CopyTo(new Span<T>(right + ((nint)(count + i) * rest), rest));
        }

        Vectors<V, T>.Negate(right, 2 * count * rest);
        MatMulKernel.Run(new MatMulShape(rest, rest, 2 * count, 1, rest, rest, 1, step), left, right, a + (first * step) + first, true);
        Workspace.GiveBack();
        Workspace.GiveBack();
    }

    /// <summary>The rows of qᵀ, with zeros behind each.</summary>
    public static void Accumulate(T* reflectors, T* taus, T* lines, nint lineStep, int order)
    {
        new Span<T>(lines, checked((int)(order * lineStep))).Clear();
        for (int i = 0; i < order; i++) lines[(i * lineStep) + i] = T.One;
        int total = Math.Max(0, order - 2);
        for (int first = (total - 1) / BlockCount * BlockCount; first >= 0 && total > 0; first -= BlockCount)
        {
            int count = Math.Min(BlockCount, total - first), length = order - first - 1;
            Reflectors<V, T>.Apply(
                reflectors + ((nint)first * order) + first + 1, order, taus + first, count, length, lines + ((first + 1) * lineStep) + first + 1, lineStep, length, true);
        }
    }
}
