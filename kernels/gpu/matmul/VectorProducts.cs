using ILGPU;

namespace Adjoint.Kernels.Gpu;

/// <summary>
/// A matrix, the left operand, times a vector, the right one: target [rows, 1]. A vector times a matrix is the same with the matrix transposed and the bias, if any, one number a row. Limit: memory bandwidth,
/// each number of the matrix is used once.
/// </summary>
public static class VectorProducts
{
    internal const int Lines = 32;

    const int MostSlices = 8;

    /// <summary>For matrices whose rows lie in memory number by number. Launch: a team a row: 32 threads or a block.</summary>
    public static void Dots<V, TTeam, TFinish>(ArrayView<V> left, ArrayView<V> right, ArrayView<V> bias, ArrayView<V> target, MatrixProduct product, TFinish finish)
        where V : unmanaged, ILane<V>
        where TTeam : struct, ITeam
        where TFinish : unmanaged, IUnaryOperator
    {
        var share = Share.Of(product, Group.DimX / TTeam.Size, 1);
        int row = share.Row + (Group.IdxX / TTeam.Size);
        if (row >= product.Rows) return;
        long a = share.Left + ((long)row * product.LeftRowStep), b = share.Right;
        V sum = V.From(0), second = sum, third = sum, fourth = sum;
        int k = share.First + TTeam.Member;
        for (; k < share.End - (3 * TTeam.Size); k += 4 * TTeam.Size)
        {
            sum = Add(left, right, product, a, b, k, sum);
            second = Add(left, right, product, a, b, k + TTeam.Size, second);
            third = Add(left, right, product, a, b, k + (2 * TTeam.Size), third);
            fourth = Add(left, right, product, a, b, k + (3 * TTeam.Size), fourth);
        }

        for (; k < share.End; k += TTeam.Size) sum = Add(left, right, product, a, b, k, sum);
        sum = TTeam.Fold(default(SumFold), sum + second + (third + fourth));
        if (TTeam.Member == 0) Share.Store(sum, bias, target, product, row, 0, share.Target + row, finish);
    }

    /// <summary>
    /// For matrices whose columns lie in memory number by number, and for any: a thread a row, and the block's groups of 32 threads take turns along the sum. Launch: a multiple of 32 threads up to 256,
    /// 32 rows a block.
    /// </summary>
    public static void Slices<V, TFinish>(ArrayView<V> left, ArrayView<V> right, ArrayView<V> bias, ArrayView<V> target, MatrixProduct product, TFinish finish)
        where V : unmanaged, ILane<V>
        where TFinish : unmanaged, IUnaryOperator
    {
        ArrayView<V> partial = SharedMemory.Allocate<V>(Lines * MostSlices);
        var share = Share.Of(product, Lines, 1);
        int row = share.Row + (Group.IdxX % Lines), slices = Group.DimX / Lines;
        V sum = V.From(0), second = sum;
        if (row < product.Rows)
        {
            long a = share.Left + ((long)row * product.LeftRowStep);
            int k = share.First + (Group.IdxX / Lines);
            for (; k < share.End - slices; k += 2 * slices)
            {
                sum = Add(left, right, product, a, share.Right, k, sum);
                second = Add(left, right, product, a, share.Right, k + slices, second);
            }

            if (k < share.End) sum = Add(left, right, product, a, share.Right, k, sum);
        }

        partial[Group.IdxX] = sum + second;
        Group.Barrier();
        if (Group.IdxX >= Lines || row >= product.Rows) return;
        sum = partial[Group.IdxX];
        for (int slice = 1; slice < slices; slice++) sum += partial[(slice * Lines) + Group.IdxX];
        Share.Store(sum, bias, target, product, row, 0, share.Target + row, finish);
    }

    static V Add<V>(ArrayView<V> left, ArrayView<V> right, MatrixProduct product, long a, long b, int k, V sum) where V : unmanaged, ILane<V> =>
        V.MultiplyAdd(left[a + ((long)k * product.LeftInnerStep)], right[b + ((long)k * product.RightInnerStep)], sum);
}
