using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>What the kernels of decompositions share: sums over a block in a fixed order without warps, and the pairs of a tournament in which everyone meets everyone once.</summary>
static class BlockSums
{
    public const int MostThreads = 256;

    /// <summary>The sum of all threads' values, the same bits for each. All must call it.</summary>
    public static V Sum<V>(ArrayView<V> partial, V value) where V : unmanaged, ILane<V>
    {
        partial[Group.IdxX] = value;
        Group.Barrier();
        V sum = partial[0];
        for (int i = 1; i < Group.DimX; i++) sum += partial[i];
        Group.Barrier();
        return sum;
    }

    /// <summary>One of the two who meet at a table in a round; an odd one out meets the last of an even number of players.</summary>
    public static int First(int table, int round, int players) => table == 0 ? players - 1 : (round + table) % (players - 1);

    /// <summary>The other one.</summary>
    public static int Second(int table, int round, int players) => table == 0 ? round : (round - table + players - 1) % (players - 1);
}

/// <summary>A turn of two rows or columns that makes them orthogonal, or a symmetric matrix diagonal there (Rutishauser 1966).</summary>
readonly struct PlaneTurn<V>(V cosine, V sine) where V : unmanaged, ILane<V>
{
    public V Cosine { get; } = cosine;

    public V Sine { get; } = sine;

    public static PlaneTurn<V> Of(V first, V second, V product)
    {
        V one = V.From(1), ratio = (second - first) / (product + product);
        V tangent = V.CopySign(one, ratio) / (V.Abs(ratio) + V.Sqrt(V.MultiplyAdd(ratio, ratio, one)));
        V cosine = one / V.Sqrt(V.MultiplyAdd(tangent, tangent, one));
        return new(cosine, cosine * tangent);
    }

    public void Apply(ArrayView<V> x, long first, long second)
    {
        V a = x[first], b = x[second];
        x[first] = V.MultiplyAdd(Cosine, a, -(Sine * b));
        x[second] = V.MultiplyAdd(Sine, a, Cosine * b);
    }
}
